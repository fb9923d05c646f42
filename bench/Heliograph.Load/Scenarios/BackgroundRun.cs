using System.Runtime.ExceptionServices;
using Heliograph.Load.Wire;

namespace Heliograph.Load.Scenarios;

/// <summary>
/// Runs a loop on a thread of its own, so that pings are answered, and traffic goes on, while others open connections or wait.
/// </summary>
internal sealed class BackgroundRun : ILoopRun, IDisposable
{
    private readonly ILoopRun? _traffic;
    private readonly Thread _thread;
    private volatile bool _stopped;
    private volatile Exception? _failure;

    /// <param name="loop">The loop.</param>
    /// <param name="traffic">What it runs for; where there is none, it runs until it is stopped.</param>
    public BackgroundRun(EventLoop loop, ILoopRun? traffic = null)
    {
        _traffic = traffic;
        _thread = new Thread(() =>
        {
            try
            {
                loop.Run(this);
            }
            catch (Exception error)
            {
                _failure = error;
            }
        });
        _thread.Start();
    }

    public bool HasFinished() => _traffic?.HasFinished() ?? _stopped;

    public void OnTick(long periods) => _traffic?.OnTick(periods);

    public void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Waits until it has ended: at once, or when its traffic has.</summary>
    public void Stop()
    {
        Dispose();
        ThrowIfFailed();
    }

    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
    }
}
