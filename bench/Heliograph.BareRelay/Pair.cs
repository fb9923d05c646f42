using System.Net.WebSockets;

namespace Heliograph.BareRelay;

/// <summary>
/// Two sockets, each read by its own loop, which writes to the other. A socket allows one send at a time, and the first message to
/// a side can meet the last one of a loop that is ending, so a send holds the lock of the socket it writes to.
/// </summary>
internal sealed class Pair
{
    private const int ReceiveBufferBytes = 4096;

    private readonly WebSocket?[] _sockets = new WebSocket?[2];
    private readonly SemaphoreSlim[] _sending = [new(1, 1), new(1, 1)];

    public async Task RelayAsync(int side, WebSocket socket)
    {
        Volatile.Write(ref _sockets[side], socket);
        var buffer = new byte[ReceiveBufferBytes];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, CancellationToken.None);
                    return;
                }

                await SendAsync(1 - side, buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage);
            }
        }
        catch (WebSocketException)
        {
            // The peer went without a close frame: nothing is left to do for it.
        }
        finally
        {
            Interlocked.CompareExchange(ref _sockets[side], null, socket);
        }
    }

    private async ValueTask SendAsync(int side, ReadOnlyMemory<byte> part, WebSocketMessageType type, bool end)
    {
        if (Volatile.Read(ref _sockets[side]) is not { State: WebSocketState.Open } socket)
        {
            return;
        }

        await _sending[side].WaitAsync();
        try
        {
            await socket.SendAsync(part, type, end, CancellationToken.None);
        }
        finally
        {
            _sending[side].Release();
        }
    }
}
