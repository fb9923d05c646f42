namespace Heliograph.Server.Relay;

/// <summary>What the keep-alive does about a peer.</summary>
internal enum WatchVerdict
{
    Fine,

    /// <summary>Nothing was heard for the ping interval: ask.</summary>
    Ping,

    /// <summary>Nothing was heard after the ping either.</summary>
    EndSilent,

    /// <summary>It takes nothing of what it is sent.</summary>
    EndSlow,

    /// <summary>A message was begun and not finished.</summary>
    EndMidMessage,

    /// <summary>The close frame was not answered.</summary>
    Cut,
}

/// <summary>The limits of <see cref="RelayOptions"/> in ticks of the keep-alive.</summary>
/// <param name="PingTicks">Of silence, until it is asked.</param>
/// <param name="SilenceTicks">Of silence, or of taking nothing, until it is ended.</param>
/// <param name="MessageTicks">For a message that was begun.</param>
/// <param name="CloseTicks">For the answer to a close frame.</param>
internal sealed record WatchLimits(int PingTicks, int SilenceTicks, int MessageTicks, int CloseTicks)
{
    /// <summary>The time between two ticks: short enough for the limits, at most a second.</summary>
    public static TimeSpan TickOf(RelayOptions options)
    {
        var shortest = new[] { options.PingInterval, options.PingTimeout, options.MessageTimeout, options.CloseTimeout }.Min();
        return TimeSpan.FromMilliseconds(Math.Clamp(shortest.TotalMilliseconds / 4, 25, 1000));
    }

    public static WatchLimits Of(RelayOptions options)
    {
        var tick = TickOf(options);
        return new(
            Ticks(options.PingInterval),
            Ticks(options.PingInterval + options.PingTimeout),
            Ticks(options.MessageTimeout),
            Ticks(options.CloseTimeout));

        int Ticks(TimeSpan time) => (int)Math.Ceiling(time / tick);
    }
}
