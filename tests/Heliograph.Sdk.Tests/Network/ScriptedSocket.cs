using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Heliograph.Sdk.Tests;

/// <summary>The service's end of a WebSocket, in a test's hands: it answers nothing by itself.</summary>
internal sealed class ScriptedSocket(WebSocket socket) : IAsyncDisposable
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the test has let go of the socket.</summary>
    public Task Ended => _ended.Task;

    public async Task SendAsync(string text, WebSocketMessageType type = WebSocketMessageType.Text)
    {
        using var patience = new CancellationTokenSource(TestPeer.Patience);
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), type, endOfMessage: true, patience.Token);
    }

    /// <summary>Sends a MESSAGE.</summary>
    public Task SendMessageAsync(string json, string channelId = ScriptedService.ChannelId) =>
        SendAsync($$"""{"type":"MESSAGE","channelId":"{{channelId}}","authorized":false,"message":{{json}}}""");

    public Task SendDataAsync(long seq, string json, string channelId = ScriptedService.ChannelId) =>
        SendMessageAsync($$"""{"type":"DATA","seq":{{seq}},"data":{{json}}}""", channelId);

    public Task SendAckAsync(long seq, string channelId = ScriptedService.ChannelId) =>
        SendMessageAsync($$"""{"type":"ACK","seq":{{seq}}}""", channelId);

    /// <summary>The next text; null where the peer closed or cut the connection.</summary>
    public async Task<JsonElement?> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(TestPeer.Patience);
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer, patience.Token);
                if (part.MessageType == WebSocketMessageType.Close)
                    return null;
                message.Write(buffer, 0, part.Count);
                if (part.EndOfMessage)
                    return JsonElement.Parse(message.ToArray());
            }
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    /// <summary>Closes, and lets go.</summary>
    public async Task CloseAsync(int code = 1000)
    {
        using var patience = new CancellationTokenSource(TestPeer.Patience);
        await socket.CloseOutputAsync((WebSocketCloseStatus)code, null, patience.Token);
        while (await ReceiveAsync() is not null)
        {
            // What it sent before its own close.
        }

        _ended.TrySetResult();
    }

    /// <summary>Cuts it: a peer that is disposed now need not wait for the answer to its close frame.</summary>
    public ValueTask DisposeAsync()
    {
        Cut();
        return default;
    }

    /// <summary>Cuts without a close frame, and lets go.</summary>
    public void Cut()
    {
        socket.Abort();
        _ended.TrySetResult();
    }
}
