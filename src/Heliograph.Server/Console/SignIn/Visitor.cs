using System.Security.Claims;
using Heliograph.Protocol.Management;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Server.Console.SignIn;

/// <summary>Who is signed in to the console. Lives in the session's cookie as claims.</summary>
/// <param name="Id">As in <see cref="Actor.Id"/>.</param>
/// <param name="Name">What to call them.</param>
/// <param name="Organization">The organization whose products they see.</param>
/// <param name="Role">One of <see cref="ConsoleRoles"/>.</param>
internal sealed record Visitor(string Id, string Name, string Organization, string Role)
{
    private const string OrganizationClaim = "organization";

    public bool IsManager => Role == ConsoleRoles.Manager;

    /// <summary>Who is behind a session; null where nobody is.</summary>
    public static Visitor? Of(ClaimsPrincipal user) =>
        user.Identity is { IsAuthenticated: true }
            ? new(
                user.FindFirstValue(ClaimTypes.NameIdentifier)!,
                user.FindFirstValue(ClaimTypes.Name)!,
                user.FindFirstValue(OrganizationClaim)!,
                user.FindFirstValue(ClaimTypes.Role)!)
            : null;

    /// <summary>The owner of an API key. A key that may not read shows nobody anything.</summary>
    /// <exception cref="ApiException">403: the key lacks the scope read.</exception>
    public static Visitor Of(ApiKey key)
    {
        if (!key.Scopes.Contains(ApiKeyStore.Read))
            throw ApiException.AccessDenied($"The API key lacks the scope {ApiKeyStore.Read}, which the console needs.");
        var role = key.Scopes.Contains(ApiKeyStore.Manage) ? ConsoleRoles.Manager : ConsoleRoles.Viewer;
        return new($"key:{key.Id}", key.Name ?? key.Id, key.OrganizationId, role);
    }

    public ClaimsPrincipal ToPrincipal() => new(new ClaimsIdentity(
        [
            new(ClaimTypes.NameIdentifier, Id),
            new(ClaimTypes.Name, Name),
            new(OrganizationClaim, Organization),
            new(ClaimTypes.Role, Role),
        ],
        SessionCookie.Scheme));

    /// <summary>The same, as who is in the audit log.</summary>
    public Actor ActorOf(HttpContext http) => new(Organization, Id, Name, "console", http.Connection.RemoteIpAddress?.ToString());

    /// <summary>The same, as who changes something.</summary>
    /// <exception cref="ApiException">403: they may only look.</exception>
    public Actor ActsFrom(HttpContext http) =>
        IsManager
            ? ActorOf(http)
            : throw ApiException.AccessDenied("You may look at everything here, but not change it: that takes the role manager.");
}
