namespace Heliograph.Profiles;

/// <summary>The service that a command talks to, and the key that it shows there.</summary>
/// <remarks>A class, not a record: a record would print its key.</remarks>
internal sealed class Target(Uri url, string apiKey)
{
    /// <summary>The service's base URL.</summary>
    public Uri Url { get; } = url;

    public string ApiKey { get; } = apiKey;
}
