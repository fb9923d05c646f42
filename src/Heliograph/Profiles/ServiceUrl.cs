namespace Heliograph.Profiles;

/// <summary>A service's base URL as people write it.</summary>
internal static class ServiceUrl
{
    /// <summary>Reads a base URL, without the slash at its end; <paramref name="problem"/> says in words what is wrong with it.</summary>
    public static bool TryParse(string text, out Uri url, out string problem)
    {
        problem = "";
        if (!Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out url!) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
            problem = $"'{WithoutSecrets(text)}' is not the URL of a service; write one that begins with https:// or http://";
        else if (url.UserInfo.Length > 0)
            problem = "the service's URL must not have a user name or password in it";
        else if (url.Query.Length > 0 || url.Fragment.Length > 0)
            problem = $"'{WithoutSecrets(text)}' must be the service's base URL, without ? or #";
        return problem.Length == 0;
    }

    /// <summary>The URL as it is told to people and saved: without a slash at its end.</summary>
    public static string Text(Uri url) => url.AbsoluteUri.TrimEnd('/');

    /// <summary>Whether who listens on the way could read what is sent there.</summary>
    public static bool IsInTheClear(Uri url) => url.Scheme == "http" && !url.IsLoopback;

    /// <summary>The text up to where a link carries a key or a password.</summary>
    private static string WithoutSecrets(string text)
    {
        var end = text.AsSpan().IndexOfAny('?', '#', '@');
        return end < 0 ? text : text[..end] + "…";
    }
}
