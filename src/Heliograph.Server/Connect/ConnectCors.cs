using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Heliograph.Server.Connect;

/// <summary>
/// CORS of the three connect calls: any origin, no cookies. The headers are named, since a <c>*</c> does not cover Authorization;
/// Retry-After is exposed so that SDKs in browsers can honour it.
/// </summary>
internal static class ConnectCors
{
    public const string Policy = "connect";

    public static void Configure(CorsOptions options) =>
        options.AddPolicy(Policy, policy => policy
            .AllowAnyOrigin()
            .WithMethods("POST")
            .WithHeaders("authorization", "content-type")
            .WithExposedHeaders("Retry-After")
            .SetPreflightMaxAge(TimeSpan.FromHours(1)));
}
