using System.CommandLine;
using Heliograph.Keys;
using Heliograph.Management;
using Heliograph.Profiles;
using Heliograph.Protocol;
using Heliograph.Server.Tokens;
using Heliograph.Server.Tokens.Inspection;
using Heliograph.Terminal;

namespace Heliograph.Tokens;

/// <summary><c>heliograph token inspect</c>: shows a token, and says whether and why a service would refuse it.</summary>
internal static class InspectTokenCommand
{
    private static readonly Argument<string> Token = new("TOKEN")
    {
        Description = "The token; left out or -, it is read from standard input, where others on this machine can't see it.",
        DefaultValueFactory = _ => "-",
    };

    private static readonly Option<DeviceAddress?> For = DeviceArgument.Option("--for", "The device that it must be for.");

    private static readonly Option<string?> As = new("--as") { Description = "Whose it must be, where it does not tell by itself: device or client.", HelpName = "ROLE" };

    private static readonly Option<string?> PublicKey = new("--public-key") { Description = "A public key (PEM) to check the signature with.", HelpName = "FILE" };

    private static readonly Option<bool> Offline = new("--offline") { Description = "Ask no service, though a profile or the environment names one." };

    public static Command Create()
    {
        As.AcceptOnlyFromAmong("device", "client");
        var command = new Command("inspect", "Show a token, and say in words whether and why a service would refuse it.") { Token, For, As, PublicKey, Offline };
        TargetOptions.AddTo(command);
        command.Runs(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult result, Output output, CancellationToken cancellationToken)
    {
        var target = result.GetValue(Offline) ? null : TargetOptions.Find(result);
        var publicKey = result.GetValue(PublicKey) is { } file ? PublicKeyFile.Read(file) : null;
        var given = result.GetValue(Token)!;
        var token = TokenText.Read(given == "-" ? StandardInput.ReadAll() : given);
        if (token.Text.Length == 0)
            throw new CommandException("there is no token: give it as an argument or on standard input", ExitCodes.Usage);

        var role = result.GetValue(As) switch
        {
            "device" => KeyOwner.Device,
            "client" => KeyOwner.Product,
            _ => token.Role,
        };
        var wanted = result.GetValue(For);
        var inspection = new TokenInspection(token, role, wanted, new TokenOptions(), TimeProvider.System);
        inspection.CheckItself();
        if (publicKey is not null)
            await CheckKeyAsync(inspection, publicKey, role, result.GetValue(PublicKey)!);
        if (target is not null)
            await CheckRegistryAsync(inspection, target, wanted, role, cancellationToken);

        var report = new TokenReport(
            inspection.Problems.Count == 0, inspection.IsVerified, role == KeyOwner.Device ? "device" : "client", inspection.Device?.ToString(), token.Header, token.Claims, inspection.Signature, inspection.Problems);
        if (output.IsJson)
            output.Json(report, TokensJson.Default.TokenReport);
        else
            InspectionText.Write(output, report, inspection.Now);
        return report.Accepted ? ExitCodes.Succeeded : ExitCodes.Failed;
    }

    private static async Task CheckKeyAsync(TokenInspection inspection, byte[] publicKey, KeyOwner role, string file)
    {
        var id = KeyId.Of(role, publicKey);
        if (inspection.Key is { } named && named != id && named.Owner == role)
            inspection.Problems.Add(new($"its kid names another key than '{file}', whose ID is {id}", "Write the ID of the key that signs into the kid."));
        inspection.CheckSignature(publicKey, $"the key in '{file}'");
    }

    private static async Task CheckRegistryAsync(TokenInspection inspection, Target target, DeviceAddress? wanted, KeyOwner role, CancellationToken cancellationToken)
    {
        if ((wanted ?? inspection.Device) is not { } device)
        {
            inspection.FoundNoDevice();
            return;
        }

        using var management = new ManagementClient(target);
        var registered = await new RegistryCheck(management, device, role).RunAsync(inspection.Key, inspection.Problems, cancellationToken);
        if (registered is not null && PublicKeyPem.TryRead(registered, out var key, out _))
            inspection.CheckSignature(key, "the registered key");
        else
            inspection.FoundNoKey();
    }
}
