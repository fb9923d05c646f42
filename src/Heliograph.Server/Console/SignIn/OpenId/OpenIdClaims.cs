using System.Security.Claims;
using Heliograph.Server.Hosting;

namespace Heliograph.Server.Console.SignIn.OpenId;

/// <summary>Reads who somebody is in the console from what the provider says of them.</summary>
internal static class OpenIdClaims
{
    public const string IdPrefix = "user:";

    private const int MaxName = 200;

    /// <exception cref="ApiException">403: they have no part in the console, or not a clear one.</exception>
    public static Visitor Read(ClaimsPrincipal user, OpenIdOptions options)
    {
        var subject = user.FindFirstValue("sub") ?? throw ApiException.AccessDenied("The provider does not say who you are: there is no claim sub.");
        var name = user.FindFirstValue(options.NameClaim) is { Length: > 0 } given ? given : subject;
        return new(IdPrefix + subject, name.Length > MaxName ? name[..MaxName] : name, OrganizationOf(user, options), RoleOf(user, options));
    }

    private static string OrganizationOf(ClaimsPrincipal user, OpenIdOptions options)
    {
        if (options.Organization is { } only)
            return only;

        var values = user.FindAll(options.OrganizationClaim!).Select(claim => claim.Value);
        var organizations = options.Organizations.Count == 0
            ? values.Where(value => value.Length > 0)
            : options.Organizations.Where(x => values.Contains(x.Value, StringComparer.Ordinal)).Select(x => x.Id!);
        return organizations.Distinct(StringComparer.Ordinal).ToList() switch
        {
            [var one] => one,
            [] => throw ApiException.AccessDenied("Your account belongs to no organization that this console knows. Ask whoever manages the accounts for one."),
            _ => throw ApiException.AccessDenied("Your account belongs to several organizations, and the console can show one. Ask whoever manages the accounts for an account of each."),
        };
    }

    private static string RoleOf(ClaimsPrincipal user, OpenIdOptions options)
    {
        var values = user.FindAll(options.RoleClaim).Select(claim => claim.Value).ToList();
        return Has(options.Managers, ConsoleRoles.Manager) ? ConsoleRoles.Manager
            : Has(options.Viewers, ConsoleRoles.Viewer) ? ConsoleRoles.Viewer
            : throw ApiException.AccessDenied("Your account has no role in this console. Ask whoever manages the accounts for viewer or manager.");

        bool Has(IList<string> names, string otherwise) => values.Intersect(names.Count == 0 ? [otherwise] : names, StringComparer.Ordinal).Any();
    }
}
