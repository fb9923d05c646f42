namespace Heliograph.Server.Console.SignIn.OpenId;

/// <summary>Signing in to the console at a provider of OpenID Connect.</summary>
internal sealed class OpenIdOptions
{
    /// <summary>The provider's URL, which `/.well-known/openid-configuration` comes behind; where unset, API keys alone sign in.</summary>
    public string? Authority { get; set; }

    /// <summary>The client that the provider knows the console by. Its redirect URI is `https://…/console/openid/callback`.</summary>
    public string? ClientId { get; set; }

    /// <summary>The client's secret, where it has one.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>The scopes that are asked for besides `openid` and `profile`.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>What the provider is called on the sign-in page.</summary>
    public string DisplayName { get; set; } = "single sign-on";

    /// <summary>The claim with a person's name, for the page and the audit log.</summary>
    public string NameClaim { get; set; } = "name";

    /// <summary>The organization of everybody who signs in there, where there is one only.</summary>
    public string? Organization { get; set; }

    /// <summary>The claim with a person's organization, where there are several.</summary>
    public string? OrganizationClaim { get; set; }

    /// <summary>Which values of `OrganizationClaim` stand for which organization; where unset, the value is the organization's ID.</summary>
    public IList<OrganizationMapping> Organizations { get; } = [];

    /// <summary>The claim with a person's roles.</summary>
    public string RoleClaim { get; set; } = "roles";

    /// <summary>The values of `RoleClaim` that make a manager; where unset, `manager`.</summary>
    public IList<string> Managers { get; } = [];

    /// <summary>The values of `RoleClaim` that make a viewer; where unset, `viewer`.</summary>
    public IList<string> Viewers { get; } = [];

    /// <summary>Whether a session ends when the provider's ID token does, if that is before `Console:SessionLifetime`. Many providers' tokens live for minutes.</summary>
    public bool EndsWithToken { get; set; }

    public IEnumerable<string> Validate()
    {
        if (Authority is null)
        {
            if (ClientId is not null)
                yield return "Authority must be set where ClientId is";
            yield break;
        }

        if (!Uri.TryCreate(Authority, UriKind.Absolute, out var authority) || authority.Scheme is not ("http" or "https") || authority.Query.Length > 0)
            yield return "Authority must be an https:// URL without a query";
        else if (authority.Scheme == "http" && !authority.IsLoopback)
            yield return "Authority must be https, but for a provider on this machine";
        if (string.IsNullOrWhiteSpace(ClientId))
            yield return "ClientId must be set where Authority is";
        if (Organization is null == OrganizationClaim is null)
            yield return "Organization or OrganizationClaim must be set, one of the two";
        foreach (var (name, value) in ((string, string)[])[(nameof(DisplayName), DisplayName), (nameof(NameClaim), NameClaim), (nameof(RoleClaim), RoleClaim)])
        {
            if (string.IsNullOrWhiteSpace(value))
                yield return $"{name} must not be empty";
        }

        for (var i = 0; i < Organizations.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(Organizations[i].Value) || string.IsNullOrWhiteSpace(Organizations[i].Id))
                yield return $"Organizations:{i} must have a Value and an Id";
        }
    }
}
