using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using static Heliograph.Server.Management.ManagementApi;

namespace Heliograph.Server.Management;

/// <summary>API keys.</summary>
internal static class ApiKeyEndpoints
{
    private const int MaxOrganization = 64;

    public static void Map(IEndpointRouteBuilder keys)
    {
        keys.MapGet("", ListAsync)
            .Describe<IReadOnlyList<ApiKey>>("listApiKeys", "List API keys", "Those of the caller's organization, without their secrets.");
        keys.MapPost("", CreateAsync)
            .Describe<CreateApiKeyRequest, CreatedApiKey>(
                "createApiKey", "Create an API key", "The answer is the only place where it is shown. Keys for another organization can be made by the operator's alone.");
        keys.MapDelete("/{id}", RevokeAsync)
            .Describe<ApiKey>("revokeApiKey", "Revoke an API key", "Takes effect at once. The operator's organization can revoke those of others, too.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, ApiKeyStore keys) =>
        Json(await keys.ListAsync(Caller.Of(http).Organization, http.RequestAborted));

    private static async Task<IResult> CreateAsync(HttpContext http, ApiKeyStore keys, IOptions<RegistryOptions> options, TimeProvider time)
    {
        var body = await ReadBodyAsync(http, ProtocolJson.Default.CreateApiKeyRequest);
        FieldRules.CheckName(body.Name);
        var scopes = ReadScopes(body.Scopes);
        if (body.ExpiresAt <= time.GetUtcNow())
            throw FieldRules.Problem("expiresAt", "lies in the past");

        var own = Caller.Of(http).Organization;
        var organization = body.OrganizationId ?? own;
        if (organization.Length is 0 or > MaxOrganization || organization.Any(char.IsWhiteSpace))
            throw FieldRules.Problem("organizationId", $"must be 1 to {MaxOrganization} characters without white space");
        if (organization != own && own != options.Value.OperatorOrganization)
            throw ApiException.AccessDenied("Only the operator's organization may make keys for another one.");
        return Json(await keys.CreateAsync(Caller.ActorOf(http), organization, body.Name, scopes, body.ExpiresAt?.UtcDateTime, http.RequestAborted));
    }

    private static async Task<IResult> RevokeAsync(HttpContext http, ApiKeyStore keys, IOptions<RegistryOptions> options)
    {
        // Who makes keys for others must be able to take them back.
        var own = Caller.Of(http).Organization;
        var organization = own == options.Value.OperatorOrganization ? null : own;
        return Json(await keys.RevokeAsync(Caller.ActorOf(http), organization, (string)http.Request.RouteValues["id"]!, http.RequestAborted));
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
