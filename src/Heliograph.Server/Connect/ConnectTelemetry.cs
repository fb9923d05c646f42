using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Connect;

/// <summary>Measures and logs how a connect call went.</summary>
internal sealed class ConnectTelemetry(ConnectMetrics metrics, TimeProvider time, ILogger<ConnectTelemetry> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var call = ConnectEndpoints.NameOf(context.HttpContext);
        var started = time.GetTimestamp();
        var outcome = ErrorCodes.InternalError;
        try
        {
            var result = await next(context);
            outcome = "OK";
            return result;
        }
        catch (ApiException refusal)
        {
            outcome = refusal.Code;
            logger.Refused(call, refusal.Code, refusal.Message);
            throw;
        }
        finally
        {
            metrics.Answered(call, outcome, time.GetElapsedTime(started));
        }
    }
}
