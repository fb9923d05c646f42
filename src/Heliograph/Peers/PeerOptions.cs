using System.CommandLine;
using Heliograph.Sdk;
using Heliograph.Terminal;

namespace Heliograph.Peers;

/// <summary>The options that a device and a client on the terminal have in common.</summary>
internal static class PeerOptions
{
    public const string SecretVariable = "HELIO_SECRET";

    public static readonly Option<string?> SecretFile = new("--secret-file")
    {
        Description = $"A file with the secret that both peers sign with. Also {SecretVariable}.",
        HelpName = "FILE",
    };

    public static readonly Option<bool> ShowContent = new("--show-content") { Description = "Show session descriptions and ICE candidates in full: they hold addresses and fingerprints." };

    /// <summary>The shared secret; null where none was given.</summary>
    /// <exception cref="CommandException">Its file can't be read, or is empty.</exception>
    public static string? ReadSecret(ParseResult result)
    {
        var file = result.GetValue(SecretFile);
        var secret = (file is null ? Environment.GetEnvironmentVariable(SecretVariable) : TextFile.Read(SecretFile.Name, file))?.Trim();
        if (file is not null && secret!.Length == 0)
            throw new CommandException($"{SecretFile.Name}: the file '{file}' is empty");
        return string.IsNullOrEmpty(secret) ? null : secret;
    }

    /// <summary>What an error of the SDK is to the caller of a command.</summary>
    public static CommandException ToCommandException(HeliographException error) => new(InWords(error), error switch
    {
        ServiceException { Status: 404 } => ExitCodes.NotFound,
        ServiceException { Status: 401 or 403 } => ExitCodes.Denied,
        ServiceException { Status: 429 or >= 500 } => ExitCodes.Unavailable,
        ConnectionException => ExitCodes.Unavailable,
        ChannelException { Code: SignalingErrorCodes.AccessDenied or SignalingErrorCodes.VerificationError } => ExitCodes.Denied,
        _ => ExitCodes.Failed,
    });

    /// <summary>The SDK's advice names its own option.</summary>
    private static string InWords(HeliographException error) => error.Code == SignalingErrorCodes.DeviceOffline
        ? "The device is not connected. Try again when it is, or wait for it without --require-online"
        : error.Message.TrimEnd('.');
}
