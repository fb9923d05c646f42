namespace Heliograph.Profiles;

/// <summary>A service and the key to it, as <c>heliograph login</c> saves them.</summary>
/// <remarks>A class, not a record: a record would print its key.</remarks>
internal sealed class Profile
{
    /// <summary>The service's base URL, without a slash at its end.</summary>
    public required string Url { get; init; }

    public required string ApiKey { get; init; }
}

/// <summary>The whole of the profiles' file.</summary>
internal sealed class ProfileSet
{
    /// <summary>The profile that is used where none is named.</summary>
    public string? Current { get; set; }

    public SortedDictionary<string, Profile> Profiles { get; init; } = new(StringComparer.Ordinal);
}
