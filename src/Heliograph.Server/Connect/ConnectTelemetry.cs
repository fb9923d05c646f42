using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Heliograph.Server.Live;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Connect;

/// <summary>Measures and logs how a connect call went, and tells the console of it.</summary>
internal sealed class ConnectTelemetry(ConnectMetrics metrics, LiveFeed live, TimeProvider time, ILogger<ConnectTelemetry> logger) : IEndpointFilter
{
    private const string Aborted = "ABORTED";
    private const string Forwarded = "FORWARDED";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var call = ConnectEndpoints.NameOf(context.HttpContext);
        var started = time.GetTimestamp();
        var outcome = "OK";
        try
        {
            var answer = await next(context);
            if (ConnectSubject.Of(context.HttpContext).IsForwarded)
                outcome = Forwarded;
            else
                Tell(context.HttpContext, call, refusal: null);
            return answer;
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
            Tell(context.HttpContext, call, refusal);
            throw;
        }
        finally
        {
            metrics.Answered(call, outcome, time.GetElapsedTime(started));
        }
    }

    private void Tell(HttpContext http, string call, ApiException? refusal)
    {
        var subject = ConnectSubject.Of(http);
        live.Tell(new(refusal is null ? LiveEventKind.CallAnswered : LiveEventKind.CallRefused, time.GetUtcMilliseconds())
        {
            Product = subject.Device?.Product ?? (ProductId.TryParse(subject.Request?.ProductId, out var product) ? product : null),
            Device = subject.Device?.Device ?? (DeviceId.TryParse(subject.Request?.DeviceId, out var device) ? device : null),
            IsDeviceKnown = subject.Device is not null,
            Address = http.Connection.RemoteIpAddress,
            Call = call,
            Code = refusal?.Code,
            Why = refusal?.Message,
        });
    }
}
