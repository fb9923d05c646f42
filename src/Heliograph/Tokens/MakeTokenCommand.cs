using System.CommandLine;
using Heliograph.Protocol;
using Heliograph.Terminal;

namespace Heliograph.Tokens;

/// <summary><c>heliograph token device|client</c>: makes a token. Nothing leaves the machine.</summary>
internal static class MakeTokenCommand
{
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestLifetime = TimeSpan.FromSeconds(1);

    public static Command Create(string name, string description, KeyOwner signer, string defaultScope)
    {
        var device = DeviceArgument.Create();
        var key = new Option<string>("--key") { Description = "The private key: a PEM file with a NIST P-256 key.", HelpName = "FILE", Required = true };
        var scope = new Option<string>("--scope")
        {
            Description = $"What the token allows, words separated by spaces ({defaultScope}).",
            HelpName = "WORDS",
            DefaultValueFactory = _ => defaultScope,
        };
        var lifetime = Durations.Option("--lifetime", "How long it is valid (1h).");
        var command = new Command(name, description) { device, key, scope, lifetime };
        command.Runs((result, output, _) =>
        {
            Make(result.GetValue(device), signer, result.GetValue(key)!, result.GetValue(scope)!, result.GetValue(lifetime) ?? DefaultLifetime, output);
            return Task.CompletedTask;
        });
        return command;
    }

    private static void Make(DeviceAddress device, KeyOwner signer, string keyFile, string scope, TimeSpan lifetime, Output output)
    {
        if (lifetime < ShortestLifetime)
            throw new CommandException("--lifetime must be a second or more: tokens count whole seconds", ExitCodes.Usage);
        using var key = KeyFile.ReadPrivate("--key", keyFile);
        var now = TimeProvider.System.GetUtcNow();
        var token = TokenWriter.Write(key, signer, device, scope, now, lifetime);
        if (output.IsJson)
        {
            var expiresAt = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() + (long)lifetime.TotalSeconds);
            output.Json(new(token, KeyId.Of(signer, key.ExportSubjectPublicKeyInfo()).Value, scope, device.Resource, expiresAt), TokensJson.Default.MadeToken);
        }
        else
        {
            // Alone, so that a script can take it as it is.
            output.Line(token);
        }
    }
}
