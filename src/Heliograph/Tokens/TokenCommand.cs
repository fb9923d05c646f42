using System.CommandLine;
using Heliograph.Protocol;

namespace Heliograph.Tokens;

/// <summary><c>heliograph token</c>: make tokens on this machine, and see why one is refused.</summary>
internal static class TokenCommand
{
    public static Command Create() => new("token", "Make tokens of devices and clients, and say why one is refused.")
    {
        MakeTokenCommand.Create(
            "device", "Make a device's token, with a private key of the device.", KeyOwner.Device, $"{TokenScopes.DeviceConnect} {TokenScopes.Turn}"),
        MakeTokenCommand.Create(
            "client", "Make a client's token, with a private key of the product.", KeyOwner.Product, $"{TokenScopes.ClientConnect} {TokenScopes.Turn}"),
        InspectTokenCommand.Create(),
    };
}
