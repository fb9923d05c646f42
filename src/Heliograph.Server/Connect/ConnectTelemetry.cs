using Heliograph.Server.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Connect;

/// <summary>Measures and logs how a connect call went.</summary>
internal sealed class ConnectTelemetry(ConnectMetrics metrics, TimeProvider time, ILogger<ConnectTelemetry> logger) : IEndpointFilter
{
    private const string Aborted = "ABORTED";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var call = ConnectEndpoints.NameOf(context.HttpContext);
        var started = time.GetTimestamp();
        var outcome = "OK";
        try
        {
            return await next(context);
        }
        catch (Exception) when (context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            outcome = Aborted;
            throw;
        }
        catch (Exception error)
        {
            var refusal = ErrorAnswers.Of(error);
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
