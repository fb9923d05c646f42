namespace Heliograph.Server.Connect;

/// <summary>The turn of a connect call. It ends with the call, or when another region goes on with it.</summary>
internal sealed class ConnectTurn(ConnectQueue queue) : IDisposable
{
    private bool _isOver;

    public void Dispose()
    {
        if (!_isOver)
            queue.Leave();
        _isOver = true;
    }
}
