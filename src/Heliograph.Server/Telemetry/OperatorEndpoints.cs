using System.Net;
using System.Reflection;
using System.Text.Json.Serialization;
using Heliograph.Protocol.Management;
using Heliograph.Server.Backplane;
using Heliograph.Server.Connect;
using Heliograph.Server.Hosting;
using Heliograph.Server.Ice;
using Heliograph.Server.Regions;
using Heliograph.Server.Registry;
using Heliograph.Server.Relay;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Telemetry;

/// <summary>What the operator's tools ask: is it alive, is it ready, how is it doing.</summary>
internal sealed class OperatorEndpoints(
    MetricsCollector metrics,
    RegistryProbe probe,
    IRegistryDatabase database,
    IBackplane backplane,
    Drain drain,
    ApiKeyStore keys,
    IceCheck ice,
    RegionCheck regions,
    IOptions<TelemetryOptions> options,
    IOptions<RegistryOptions> registry)
{
    private const string PrometheusText = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly string Version =
        typeof(OperatorEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", () => Results.Json(new Liveness("live")))
            .WithTags("Health").WithName("live").WithSummary("Is the process alive?").Produces<Liveness>(StatusCodes.Status200OK);
        app.MapGet("/health/ready", (HttpContext http, OperatorEndpoints endpoints) => endpoints.ReadyAsync(http))
            .WithTags("Health").WithName("ready").WithSummary("Can it serve peers?").Produces<Readiness>(StatusCodes.Status200OK).Produces<Readiness>(StatusCodes.Status503ServiceUnavailable);
        app.MapGet("/metrics", (HttpContext http, OperatorEndpoints endpoints) => endpoints.MetricsAsync(http))
            .WithTags("Health").WithName("metrics").WithSummary("Metrics in the Prometheus text format").Produces<string>(StatusCodes.Status200OK, "text/plain")
            .ProducesError(401, 403);
    }

    private async Task<IResult> ReadyAsync(HttpContext http)
    {
        var hasRegistry = await probe.AnswersAsync(http.RequestAborted);
        var state = backplane.State;
        var status = drain.HasBegun ? "stopping"
            : state == BackplaneState.CutOff ? "cut off"
            : hasRegistry && state == BackplaneState.Connected ? "ready"
            // Where all nodes have lost it, a balancer that took them all out of service would only end what goes on.
            : hasRegistry || database.IsShared ? "degraded" : "unavailable";
        var code = status is "ready" or "degraded" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        // Whoever may not read metrics is not told what the network looks like from here.
        var isForOperator = options.Value.IsPublic || IsLocal(http) || (hasRegistry && await HasOperatorKeyAsync(http));
        return Results.Json(
            new Readiness(
                status, Version, registry.Value.Region, hasRegistry ? "ok" : "unreachable", state == BackplaneState.Connected ? "ok" : "unreachable", isForOperator ? ice.Latest : null,
                isForOperator ? regions.Latest : null),
            statusCode: code);
    }

    private async Task<bool> HasOperatorKeyAsync(HttpContext http) =>
        PeerAuthenticator.TryBearer(http.Request.Headers.Authorization, out var presented)
        && presented is not null
        && await keys.FindAsync(presented, http.RequestAborted) is { } key
        && IsOperators(key);

    private async Task<IResult> MetricsAsync(HttpContext http)
    {
        if (!options.Value.IsPublic && !IsLocal(http))
        {
            var presented = PeerAuthenticator.Bearer(http.Request.Headers.Authorization)
                ?? throw ApiException.Unauthorized("From elsewhere than this machine, an API key is needed: 'Authorization: Bearer' and the key.");
            var key = await keys.FindAsync(presented, http.RequestAborted)
                ?? throw ApiException.Unauthorized("The API key is unknown, revoked or expired.");
            if (!IsOperators(key))
                throw ApiException.AccessDenied("Metrics are for the operator's organization.");
        }

        return Results.Text(metrics.WriteText(), PrometheusText);
    }

    private bool IsOperators(ApiKey key) => key.OrganizationId == registry.Value.OperatorOrganization && key.Scopes.Contains(ApiKeyStore.Read);

    /// <summary>Whether the caller is on this machine, and not behind a proxy on it that says so.</summary>
    private static bool IsLocal(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !http.Request.Headers.ContainsKey("X-Forwarded-For") && !http.Request.Headers.ContainsKey("Forwarded")
        && !http.Request.Headers.ContainsKey("X-Original-For");
}

/// <summary>The answer of <c>/health/live</c>.</summary>
/// <param name="Status">Always <c>live</c>.</param>
internal sealed record Liveness(string Status);

/// <summary>The answer of <c>/health/ready</c>.</summary>
/// <param name="Status"><c>ready</c>; <c>degraded</c> where not all can be served, and no other node would serve them better; <c>unavailable</c>, <c>stopping</c> or <c>cut off</c> where none can, or should be.</param>
/// <param name="Version">The service's version.</param>
/// <param name="Region">The service's own region.</param>
/// <param name="Registry"><c>ok</c> or <c>unreachable</c>.</param>
/// <param name="Backplane"><c>ok</c> or <c>unreachable</c>.</param>
/// <param name="IceServers">The STUN and TURN servers, for whoever may read metrics; left out where there are none. They don't make a node unready.</param>
/// <param name="Regions">The other regions, in the same way.</param>
internal sealed record Readiness(
    string Status,
    string Version,
    string Region,
    string Registry,
    string Backplane,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<IceServerHealth>? IceServers,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<RegionHealth>? Regions);
