namespace Heliograph.Server.Console.SignIn;

/// <summary>Where to go after signing in.</summary>
internal static class ReturnUrl
{
    private const string Default = "/console";

    /// <summary>The page that <see cref="Through"/> leads over.</summary>
    public const string ContinuePath = "/console/continue";

    /// <summary>A URL of the console as it is; the start of the console in place of any other, and of nothing.</summary>
    public static string OwnOr(string? url) => IsOwn(url) ? url! : Default;

    /// <summary>The same page, asked for by a page of our own.</summary>
    public static string Through(string url) => $"{ContinuePath}?next={Uri.EscapeDataString(url)}";

    /// <summary>Whether a URL is a path of the console, and not a way to have people land elsewhere.</summary>
    private static bool IsOwn(string? url) =>
        url is Default || (url is not null && url.StartsWith("/console/", StringComparison.Ordinal) && !url.Contains('\\') && !url.Any(char.IsControl));
}
