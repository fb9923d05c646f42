using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Server.Connect;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Server.Management;

/// <summary>Who calls the management API: the owner of the API key that the request shows.</summary>
/// <param name="Key">The key.</param>
internal sealed record Caller(ApiKey Key)
{
    private const string OrganizationHeader = "X-Nabto-Organization";

    public string Organization => Key.OrganizationId;

    /// <summary>The caller of a request that <see cref="RequireApiKey"/> has let through.</summary>
    public static Caller Of(HttpContext http) => (Caller)http.Items[typeof(Caller)]!;

    /// <summary>The same, as who changes something.</summary>
    public static Actor ActorOf(HttpContext http)
    {
        var key = Of(http).Key;
        return new(key.OrganizationId, $"key:{key.Id}", key.Name, "api", http.Connection.RemoteIpAddress?.ToString());
    }

    /// <summary>Lets a request through that shows an API key with the scope that its method needs: GET reads, all else manages.</summary>
    public static ValueTask<object?> RequireApiKey(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        RequireScopeAsync(HttpMethods.IsGet(context.HttpContext.Request.Method) ? ApiKeyStore.Read : ApiKeyStore.Manage, context, next);

    /// <summary>Lets a request through that shows an API key with the scope report.</summary>
    public static ValueTask<object?> RequireReportKey(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        RequireScopeAsync(ApiKeyStore.Report, context, next);

    private static async ValueTask<object?> RequireScopeAsync(string scope, EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var keys = (ApiKeyStore)http.RequestServices.GetService(typeof(ApiKeyStore))!;
        var presented = PeerAuthenticator.Bearer(http.Request.Headers.Authorization)
            ?? throw ApiException.Unauthorized("An API key is needed: 'Authorization: Bearer' and the key.");
        var key = await keys.FindAsync(presented, http.RequestAborted)
            ?? throw ApiException.Unauthorized("The API key is unknown, revoked or expired.");

        if (!key.Scopes.Contains(scope))
            throw ApiException.AccessDenied($"The API key lacks the scope {scope}.");
        if (http.Request.Headers[OrganizationHeader].ToString() is { Length: > 0 } organization && organization != key.OrganizationId)
            throw ApiException.AccessDenied($"The API key is not of the organization in {OrganizationHeader}.");

        http.Items[typeof(Caller)] = new Caller(key);
        return await next(context);
    }

    /// <summary>The product in the request's path.</summary>
    /// <exception cref="ApiException">404.</exception>
    public static ProductId ProductIn(HttpContext http) =>
        http.Request.RouteValues["productId"] is string text && ProductId.TryParse(text, out var id)
            ? id
            : throw ApiException.NoSuchProduct(http.Request.RouteValues["productId"] as string);

    /// <summary>The device in the request's path.</summary>
    /// <exception cref="ApiException">404.</exception>
    public static DeviceAddress DeviceIn(HttpContext http)
    {
        var product = ProductIn(http);
        return http.Request.RouteValues["deviceId"] is string text && DeviceId.TryParse(text, out var id)
            ? new(product, id)
            : throw ApiException.NoSuchDevice(product.Value, http.Request.RouteValues["deviceId"] as string);
    }

    /// <summary>The public key in the request's path.</summary>
    /// <exception cref="ApiException">404.</exception>
    public static KeyId KeyIn(HttpContext http) =>
        http.Request.RouteValues["keyId"] is string text && KeyId.TryParse(text, out var id)
            ? id
            : throw ApiException.NoSuchKey(http.Request.RouteValues["keyId"] as string);
}
