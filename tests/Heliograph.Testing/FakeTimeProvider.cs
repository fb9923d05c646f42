namespace Heliograph.Testing;

/// <summary>
/// A clock that begins now and moves when it is told to. Timers and timestamps stay those of the machine, so that nothing which
/// waits for one stands still.
/// </summary>
public sealed class FakeTimeProvider : TimeProvider
{
    private long _ticks = DateTimeOffset.UtcNow.Ticks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}
