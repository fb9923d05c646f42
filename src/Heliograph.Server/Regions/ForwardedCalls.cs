using Heliograph.Server.Hosting;
using Heliograph.Server.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Regions;

/// <summary>
/// Receives calls that other regions pass on: whoever called there is the caller here too, for rate limits, logs and the audit log.
/// A header that is not genuine is refused rather than overlooked: taken for a caller's own, a call that goes round in circles would be
/// counted from 0 each time.
/// </summary>
internal sealed class ForwardedCalls(
    RequestDelegate next, ForwardedCallProtector protector, RegionDirectory regions, IOptions<TokenOptions> tokens, TimeProvider time, ILogger<ForwardedCalls> logger)
{
    public Task InvokeAsync(HttpContext http)
    {
        var header = http.Request.Headers[ForwardedCall.Header];
        if (header.Count == 0)
            return next(http);

        var call = header.Count == 1 ? protector.Unprotect(header.ToString()) : null;
        var problem = call is null ? "it was not made by a region that shares this registry"
            : call.ExpiresAt + tokens.Value.ClockSkew < time.GetUtcNow().UtcDateTime ? "it has expired; are the clocks of the regions alike?"
            : null;
        if (problem is not null)
        {
            logger.ForwardedRefused(http.Connection.RemoteIpAddress, problem);
            throw ApiException.BadRequest($"The header {ForwardedCall.Header} is not for callers, and this one is refused: {problem}.");
        }

        http.Response.Headers[ForwardedCall.AnswerHeader] = regions.Own;
        if (call!.Target != regions.Own)
        {
            logger.Misdirected(call.Path[^1], call.Target, regions.Own);
            throw ApiException.Unavailable(
                $"Region '{call.Path[^1]}' has passed this call on to region '{call.Target}', and it came to region '{regions.Own}': a URL in Regions:Known is wrong.",
                TimeSpan.FromSeconds(5));
        }

        http.Features.Set(call);
        http.Connection.RemoteIpAddress = call.Caller;
        return next(http);
    }
}
