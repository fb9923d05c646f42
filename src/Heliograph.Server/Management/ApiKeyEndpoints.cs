using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using static Heliograph.Server.Management.ManagementApi;

namespace Heliograph.Server.Management;

/// <summary>API keys.</summary>
internal static class ApiKeyEndpoints
{
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

    private static async Task<IResult> ListAsync(HttpContext http, ApiKeyRules keys) =>
        Json(await keys.ListAsync(Caller.Of(http).Organization, organization: null, http.RequestAborted));

    private static async Task<IResult> CreateAsync(HttpContext http, ApiKeyRules keys) =>
        Json(await keys.CreateAsync(Caller.ActorOf(http), await ReadBodyAsync(http, ProtocolJson.Default.CreateApiKeyRequest), http.RequestAborted));

    private static async Task<IResult> RevokeAsync(HttpContext http, ApiKeyRules keys) =>
        Json(await keys.RevokeAsync(Caller.ActorOf(http), (string)http.Request.RouteValues["id"]!, http.RequestAborted));
}
