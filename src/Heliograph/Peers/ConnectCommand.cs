using System.CommandLine;
using Heliograph.Management;
using Heliograph.Profiles;
using Heliograph.Protocol;
using Heliograph.Sdk;
using Heliograph.Terminal;

namespace Heliograph.Peers;

/// <summary><c>heliograph connect</c>: a client on the terminal.</summary>
internal static class ConnectCommand
{
    private const string TokenVariable = "HELIO_TOKEN";

    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(1);

    public static Command Create()
    {
        var device = DeviceArgument.Create("The device to connect to, such as " + DeviceArgument.Example + ".");
        var key = new Option<string?>("--key") { Description = "A private key of the product, to make the client's token with: PEM.", HelpName = "FILE" };
        var tokenFile = new Option<string?>("--token-file") { Description = $"A file with the client's token. Also {TokenVariable}.", HelpName = "FILE" };
        var keyId = new Option<string?>("--key-id") { Description = "Tells the device which of its secrets is meant.", HelpName = "ID" };
        var send = new Option<string[]>("--send") { Description = "A message to send before any from standard input. May be repeated.", HelpName = "MESSAGE" };
        var count = CountOption.Create("--count", "End after so many messages from the device.");
        var requireOnline = new Option<bool>("--require-online") { Description = "Fail where the device is not connected, rather than wait for it." };

        var command = new Command("connect", "Be a client: connect to a device, show what it sends, and send the lines of standard input.")
        {
            device, key, tokenFile, PeerOptions.SecretFile, keyId, send, count, requireOnline, PeerOptions.ShowContent,
        };
        TargetOptions.AddUrlTo(command);
        command.Runs(async (result, output, cancellationToken) =>
        {
            var address = result.GetValue(device);
            var secret = PeerOptions.ReadSecret(result);
            var options = new SignalingClientOptions
            {
                Endpoint = TargetOptions.ReadUrl(result),
                ProductId = address.Product.Value,
                DeviceId = address.Device.Value,
                AccessToken = ReadToken(result.GetValue(key), result.GetValue(tokenFile), address),
                RequireOnline = result.GetValue(requireOnline),
            };
            var log = new PeerLog(output, result.GetValue(PeerOptions.ShowContent));
            var security = secret is null ? MessageSecurity.None() : MessageSecurity.SharedSecret(secret, result.GetValue(keyId));
            try
            {
                await using var client = new SignalingClient(options);
                await new ClientOnTerminal(client, security, log).RunAsync(result.GetValue(send) ?? [], result.GetValue(count), cancellationToken);
            }
            catch (HeliographException error)
            {
                throw PeerOptions.ToCommandException(error);
            }
        });
        return command;
    }

    private static string? ReadToken(string? keyFile, string? tokenFile, DeviceAddress address)
    {
        if (keyFile is not null && tokenFile is not null)
            throw new CommandException("--key and --token-file each give a token; give one of them", ExitCodes.Usage);
        if (keyFile is not null)
        {
            using var key = KeyFile.ReadPrivate("--key", keyFile);
            return TokenWriter.Write(
                key, KeyOwner.Product, address, $"{TokenScopes.ClientConnect} {TokenScopes.Turn}", DateTimeOffset.UtcNow, TokenLifetime);
        }

        var token = tokenFile is null ? Environment.GetEnvironmentVariable(TokenVariable) : TextFile.Read("--token-file", tokenFile);
        if (string.IsNullOrWhiteSpace(token))
            return tokenFile is null ? null : throw new CommandException($"--token-file: the file '{tokenFile}' is empty");
        return token.Trim().All(c => c is > ' ' and <= '~')
            ? token.Trim()
            : throw new CommandException($"{(tokenFile is null ? TokenVariable : $"--token-file: the file '{tokenFile}'")} holds something that is not a token");
    }
}
