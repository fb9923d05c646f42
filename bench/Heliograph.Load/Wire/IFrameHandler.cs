namespace Heliograph.Load.Wire;

/// <summary>Receives what an <see cref="EventLoop"/> reads, on the loop's thread.</summary>
internal interface IFrameHandler
{
    /// <param name="connection">Where it arrived.</param>
    /// <param name="payload">Valid during the call.</param>
    void OnText(WebSocketConnection connection, ReadOnlySpan<byte> payload);
}

/// <summary>What an <see cref="EventLoop"/> runs for: it goes on until this has finished.</summary>
internal interface ILoopRun
{
    /// <summary>Asked after each batch of events, every few milliseconds at least.</summary>
    bool HasFinished();

    /// <param name="periods">How many of the ticker's periods have passed since the last call.</param>
    void OnTick(long periods);
}
