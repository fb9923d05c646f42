using Heliograph.Protocol.Management;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Management;

/// <summary>
/// Who may make, see and revoke which API keys: everybody those of their own organization, the operator's organization those of others,
/// too. For the API and the console alike.
/// </summary>
internal sealed class ApiKeyRules(ApiKeyStore keys, IOptions<RegistryOptions> options, TimeProvider time)
{
    private const int MaxOrganization = 64;

    /// <summary>Whether somebody of an organization has to do with the keys of others.</summary>
    public bool IsOperator(string organization) => organization == options.Value.OperatorOrganization;

    /// <exception cref="ApiException">400 or 403.</exception>
    public Task<IReadOnlyList<ApiKey>> ListAsync(string own, string? organization, CancellationToken cancellationToken) =>
        keys.ListAsync(OrganizationFor(own, organization, "see the keys of"), cancellationToken);

    /// <exception cref="ApiException">400 or 403.</exception>
    public Task<CreatedApiKey> CreateAsync(Actor actor, CreateApiKeyRequest request, CancellationToken cancellationToken)
    {
        FieldRules.CheckName(request.Name);
        var scopes = ReadScopes(request.Scopes);
        if (request.ExpiresAt <= time.GetUtcNow())
            throw FieldRules.Problem("expiresAt", "lies in the past");
        var organization = OrganizationFor(actor.Organization, request.OrganizationId, "make keys for");
        return keys.CreateAsync(actor, organization, request.Name, scopes, request.ExpiresAt?.UtcDateTime, cancellationToken);
    }

    /// <summary>Who makes keys for others must be able to take them back.</summary>
    /// <exception cref="ApiException">404.</exception>
    public Task<ApiKey> RevokeAsync(Actor actor, string id, CancellationToken cancellationToken) =>
        keys.RevokeAsync(actor, IsOperator(actor.Organization) ? null : actor.Organization, id, cancellationToken);

    private string OrganizationFor(string own, string? organization, string what)
    {
        organization ??= own;
        if (organization.Length is 0 or > MaxOrganization || organization.Any(char.IsWhiteSpace))
            throw FieldRules.Problem("organizationId", $"must be 1 to {MaxOrganization} characters without white space");
        return organization == own || IsOperator(own)
            ? organization
            : throw ApiException.AccessDenied($"Only the operator's organization may {what} another one.");
    }

    private static IEnumerable<string> ReadScopes(IReadOnlyList<string?>? scopes)
    {
        if (scopes is not { Count: > 0 })
            throw FieldRules.Problem("scopes", "is missing; it must have read, manage or report, or several of them");
        for (var i = 0; i < scopes.Count; i++)
        {
            if (scopes[i] is not (ApiKeyStore.Read or ApiKeyStore.Manage or ApiKeyStore.Report))
                throw FieldRules.Problem($"scopes[{i}]", "must be read, manage or report");
        }

        return scopes.OfType<string>().Distinct();
    }
}
