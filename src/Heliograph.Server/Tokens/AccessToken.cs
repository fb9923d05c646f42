using Heliograph.Protocol;

namespace Heliograph.Server.Tokens;

/// <summary>A token that is genuine: its signature verifies and its time has come and not passed.</summary>
/// <param name="Key">The key that signed it.</param>
/// <param name="Scope">Its <c>scope</c>; empty where it has none, or one that is no text.</param>
/// <param name="Resource">Its <c>resource</c>; empty where it has none, or one that is no text.</param>
/// <param name="ExpiresAt">Its <c>exp</c>.</param>
internal sealed record AccessToken(KeyId Key, string Scope, string Resource, DateTimeOffset ExpiresAt)
{
    public bool HasScope(string word) => TokenScopes.Contains(Scope, word);

    /// <summary>Whether the token is about this device. SDKs lower-case the IDs of the body but not of the token.</summary>
    public bool Covers(DeviceAddress device) => string.Equals(Resource, device.Resource, StringComparison.OrdinalIgnoreCase);
}
