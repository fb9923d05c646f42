namespace Heliograph.Server.Console.SignIn;

/// <summary>Where to go after signing in.</summary>
internal static class ReturnUrl
{
    /// <summary>Whether a URL is a path of the console, and not a way to have people land elsewhere.</summary>
    public static bool IsOwn(string? url) =>
        url is "/console" || (url is not null && url.StartsWith("/console/", StringComparison.Ordinal) && !url.Contains('\\') && !url.Any(char.IsControl));
}
