using Heliograph.Server.Connect;

namespace Heliograph.Server.Tests.Connect;

internal static class ConnectQueueCalls
{
    /// <summary>Takes a turn that does not end by itself. Completes when it has come.</summary>
    /// <exception cref="Heliograph.Server.Hosting.ApiException">429: too many wait already.</exception>
    public static Task EnterAsync(this ConnectQueue queue)
    {
        return WaitAsync(queue.Enter());

        static async Task WaitAsync(ConnectTurn turn)
        {
            await turn;
            await Task.Yield();
        }
    }
}
