using System.Runtime.ExceptionServices;
using Heliograph.Load.Wire;

namespace Heliograph.Load.Scenarios;

/// <summary>Runs a loop on a thread of its own, so that pings are answered while others open connections or wait.</summary>
internal sealed class BackgroundRun : ILoopRun, IDisposable
{
    private readonly Thread _thread;
    private volatile bool _stopped;
    private volatile Exception? _failure;

    public BackgroundRun(EventLoop loop)
    {
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

    public bool HasFinished() => _stopped;

    public void OnTick(long periods)
    {
    }

    public void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

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
