using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Heliograph.Server.Live;
using Heliograph.Server.Registry;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Connect;

/// <summary>Measures and logs how a connect call went, and tells the console of it.</summary>
internal sealed class ConnectTelemetry(ConnectMetrics metrics, LiveFeed live, TimeProvider time, ILogger<ConnectTelemetry> logger)
{
    private const string Ok = "OK";
    private const string Aborted = "ABORTED";
    private const string Forwarded = "FORWARDED";

    /// <summary>A call was answered.</summary>
    /// <param name="call">The call.</param>
    /// <param name="started">When it came, as the clock's timestamp.</param>
    /// <param name="isForwarded">Whether another region has answered: it is there that the call is told of.</param>
    public void Answered(ConnectCall call, long started, bool isForwarded)
    {
        if (!isForwarded)
            Tell(call, refusal: null);
        metrics.Answered(call.Name, isForwarded ? Forwarded : Ok, time.GetElapsedTime(started));
    }

    /// <summary>A call was refused, or left by its caller.</summary>
    /// <param name="call">The call.</param>
    /// <param name="started">When it came, as the clock's timestamp.</param>
    /// <param name="error">What it threw.</param>
    public void Failed(ConnectCall call, long started, Exception error)
    {
        if (call.Aborted.IsCancellationRequested)
        {
            metrics.Answered(call.Name, Aborted, time.GetElapsedTime(started));
            return;
        }

        var refusal = ErrorAnswers.Of(error);
        logger.Refused(call.Name, refusal.Code, refusal.Message);
        Tell(call, refusal);
        metrics.Answered(call.Name, refusal.Code, time.GetElapsedTime(started));
    }

    private void Tell(ConnectCall call, ApiException? refusal) =>
        live.Tell(new(refusal is null ? LiveEventKind.CallAnswered : LiveEventKind.CallRefused, time.GetUtcMilliseconds())
        {
            Product = call.Device?.Product ?? (ProductId.TryParse(call.Request?.ProductId, out var product) ? product : null),
            Device = call.Device?.Device ?? (DeviceId.TryParse(call.Request?.DeviceId, out var device) ? device : null),
            IsDeviceKnown = call.Device is not null,
            Address = call.Address,
            Call = call.Name,
            Code = refusal?.Code,
            Why = refusal?.Message,
        });
}
