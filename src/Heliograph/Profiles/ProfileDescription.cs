namespace Heliograph.Profiles;

/// <summary>What <c>profile list</c> tells of a profile: not the key, but the part of it that names it.</summary>
/// <param name="Name">The profile's name.</param>
/// <param name="Url">The service's base URL.</param>
/// <param name="ApiKeyId">The ID of the API key, where it has the form of this service's keys.</param>
/// <param name="InUse">Whether it is used where none is named.</param>
internal sealed record ProfileDescription(string Name, string Url, string? ApiKeyId, bool InUse)
{
    public static ProfileDescription Of(string name, Profile profile, bool inUse) => new(name, profile.Url, IdOf(profile.ApiKey), inUse);

    /// <summary>The ID in a key <c>hgk_{id}_{secret}</c>; null for a key of another form.</summary>
    public static string? IdOf(string apiKey) => apiKey.Split('_') is ["hgk", { Length: > 0 } id, { Length: > 0 }] ? id : null;
}
