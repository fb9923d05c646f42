using Heliograph.Server.Registry;

namespace Heliograph.Server.Console;

/// <summary>The console: pages for people, at `/console`.</summary>
internal sealed class ConsoleOptions
{
    /// <summary>Whether there is a console.</summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>How long a session lasts in which no page is opened.</summary>
    public TimeSpan SessionIdleTime { get; set; } = TimeSpan.FromHours(8);

    /// <summary>How long a session lasts at most, however busy.</summary>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>In what time the tries below may be made.</summary>
    public TimeSpan TriesInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often one remote address (IPv6: one /64) may try to sign in within that time.</summary>
    public int TriesPerAddress { get; set; } = 20;

    /// <summary>How often all addresses together may try that nobody has signed in from yet.</summary>
    public int TriesOfStrangers { get; set; } = 200;

    public IEnumerable<string> Validate()
    {
        if (SessionIdleTime < TimeSpan.FromMinutes(1) || SessionIdleTime > Revocations.LongestTicketLifetime)
            yield return "SessionIdleTime must be between 00:01:00 and 30.00:00:00";
        // An ended session is remembered as long as a revoked ticket is.
        if (SessionLifetime < TimeSpan.FromMinutes(1) || SessionLifetime > Revocations.LongestTicketLifetime)
            yield return "SessionLifetime must be between 00:01:00 and 30.00:00:00";
        if (TriesInterval < TimeSpan.FromSeconds(1) || TriesInterval > TimeSpan.FromDays(1))
            yield return "TriesInterval must be between 00:00:01 and 1.00:00:00";
        foreach (var (name, value) in ((string, int)[])[(nameof(TriesPerAddress), TriesPerAddress), (nameof(TriesOfStrangers), TriesOfStrangers)])
        {
            if (value is < 1 or > 1_000_000)
                yield return $"{name} must be between 1 and 1000000";
        }
    }
}
