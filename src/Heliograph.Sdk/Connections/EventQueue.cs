using Microsoft.Extensions.Logging;

namespace Heliograph.Sdk;

/// <summary>
/// Runs the application's event handlers one after the other, in the order of the events, and never on the thread that reads the
/// socket: a handler that is slow or throws holds up nothing but the handlers behind it in the same queue.
/// </summary>
internal sealed partial class EventQueue(ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly Queue<Action> _waiting = new();
    private bool _isRunning;

    public void Post(Action handler)
    {
        lock (_gate)
        {
            _waiting.Enqueue(handler);
            if (_isRunning)
                return;
            _isRunning = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.Run(), this, preferLocal: false);
    }

    private void Run()
    {
        while (true)
        {
            Action next;
            lock (_gate)
            {
                if (!_waiting.TryDequeue(out next!))
                {
                    _isRunning = false;
                    return;
                }
            }

            try
            {
                next();
            }
            catch (Exception error)
            {
                HandlerThrew(logger, error);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Error, "An event handler of the application has thrown.")]
    private static partial void HandlerThrew(ILogger logger, Exception error);
}
