using System.CommandLine;
using Heliograph.Profiles;
using Heliograph.Sdk;
using Heliograph.Terminal;

namespace Heliograph.Peers;

/// <summary><c>heliograph device run</c>: a device on the terminal.</summary>
internal static class DeviceRunCommand
{
    public static Command Create()
    {
        var device = DeviceArgument.Create("The device to be, such as " + DeviceArgument.Example + ".");
        var key = new Option<string>("--key") { Description = "The device's private key: PEM.", HelpName = "FILE", Required = true };
        var anyone = new Option<bool>("--allow-unauthorized") { Description = "Without a secret: let in clients without a token, too. Anyone who knows the IDs can come in." };
        var echo = new Option<bool>("--echo") { Description = "Answer every message with the same message." };

        var command = new Command("run", "Be a device: stay connected, show the channels and messages of clients, and answer with the lines of standard input.")
        {
            device, key, PeerOptions.SecretFile, anyone, echo, PeerOptions.ShowContent,
        };
        TargetOptions.AddUrlTo(command);
        command.Runs(async (result, output, cancellationToken) =>
        {
            var address = result.GetValue(device);
            var secret = PeerOptions.ReadSecret(result);
            using var privateKey = KeyFile.ReadPrivate(key.Name, result.GetRequiredValue(key));
            using var tokens = new DeviceTokenGenerator(address.Product.Value, address.Device.Value, privateKey.ExportPkcs8PrivateKeyPem());
            await using var peer = new SignalingDevice(new()
            {
                Endpoint = TargetOptions.ReadUrl(result),
                ProductId = address.Product.Value,
                DeviceId = address.Device.Value,
                Tokens = tokens,
            });
            var log = new PeerLog(output, result.GetValue(PeerOptions.ShowContent));
            var security = secret is null ? MessageSecurity.None(result.GetValue(anyone)) : MessageSecurity.SharedSecret(secret);
            await new DeviceOnTerminal(peer, security, log, output, result.GetValue(echo)).RunAsync(cancellationToken);
        });
        return command;
    }
}
