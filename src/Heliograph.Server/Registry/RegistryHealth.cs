using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Registry;

/// <summary>
/// Whether the database answers, as far as is known. The log says once that it fails and once that it works again, not once for every call that
/// needed it.
/// </summary>
internal sealed partial class RegistryHealth(TimeProvider time, ILogger<RegistryHealth> logger)
{
    private static readonly TimeSpan ReminderInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long? _failingSince;
    private long _lastTold;

    /// <summary>A call failed for want of the database.</summary>
    public void Failed(Exception error)
    {
        lock (_lock)
        {
            if (_failingSince is not null && time.GetElapsedTime(_lastTold) < ReminderInterval)
                return;
            _lastTold = time.GetTimestamp();
            _failingSince ??= _lastTold;
        }

        LogFailed(logger, RegistryErrors.ReasonOf(error));
    }

    /// <summary>It has just answered.</summary>
    public void Worked()
    {
        if (Volatile.Read(ref _lastTold) == 0)
            return;
        TimeSpan lost;
        lock (_lock)
        {
            if (_failingSince is not { } since)
                return;
            lost = time.GetElapsedTime(since);
            _failingSince = null;
            _lastTold = 0;
        }

        LogWorks(logger, lost.TotalSeconds);
    }

    [LoggerMessage(LogLevel.Error, "The registry failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "The registry works again, {Seconds:F1} s after it failed")]
    private static partial void LogWorks(ILogger logger, double seconds);
}
