using System.Net.WebSockets;
using System.Text;
using Heliograph.Server.Relay;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Relay;

/// <summary>The service's own WebSocket beside the platform's: of the same bytes both must make the same.</summary>
public sealed class SignalingSocketOracleTests
{
    private const int Limit = 64 * 1024;

    [Fact]
    public async Task Receive_OfRandomValidFrames_GivesWhatThePlatformGives() => await CompareAsync(seedFrom: 0, count: 3000, withViolation: false);

    [Fact]
    public async Task Receive_OfRandomViolations_EndsWhereThePlatformEnds() => await CompareAsync(seedFrom: 1_000_000, count: 3000, withViolation: true);

    private static async Task CompareAsync(int seedFrom, int count, bool withViolation)
    {
        for (var seed = seedFrom; seed < seedFrom + count; seed++)
        {
            var frames = new RandomFrames(new(seed)).NewSequence(withViolation);
            var bytes = frames.SelectMany(x => x.ToBytes()).ToArray();

            var ours = await ReadOursAsync(new(bytes, new(seed)));
            var theirs = await ReadTheirsAsync(new(bytes, new(seed)));

            ours.ShouldBe(theirs, $"seed {seed}: {string.Join(' ', frames.Select(x => $"{x.Opcode}{(x.IsFinal ? "!" : "")}:{x.Payload.Length}"))}");
        }
    }

    /// <summary>The messages and the end, as lines of text.</summary>
    private static async Task<List<string>> ReadOursAsync(ScriptedStream stream)
    {
        await using var _ = stream;
        var socket = new SignalingSocket(stream, Limit);
        var lines = new List<string>();
        while (true)
        {
            if (!socket.TryReceive(out var received))
            {
                if (!socket.IsMidMessage)
                    await socket.WaitAsync(CancellationToken.None);
                var count = await socket.ReadAsync(CancellationToken.None);
                socket.Advance(count);
                if (count > 0)
                    continue;
                lines.Add("end");
                return lines;
            }

            switch (received.Kind)
            {
                case ReceivedKind.Text:
                    lines.Add("text " + Encoding.UTF8.GetString(received.Payload.Span));
                    break;
                case ReceivedKind.Binary:
                    lines.Add("binary " + Convert.ToHexString(received.Payload.Span));
                    break;
                case ReceivedKind.Close:
                    // The platform takes an empty close frame for a normal one.
                    lines.Add($"close {received.CloseCode ?? 1000}");
                    return lines;
                case ReceivedKind.Violation:
                    lines.Add($"violation {received.CloseCode}");
                    return lines;
            }
        }
    }

    private static async Task<List<string>> ReadTheirsAsync(ScriptedStream stream)
    {
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });
        var buffer = new byte[Limit];
        var lines = new List<string>();
        try
        {
            while (true)
            {
                var length = 0;
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), CancellationToken.None);
                    length += result.Count;
                }
                while (!result.EndOfMessage);

                if (result.MessageType == WebSocketMessageType.Close)
                {
                    lines.Add($"close {(int)result.CloseStatus!.Value}");
                    return lines;
                }

                lines.Add(result.MessageType == WebSocketMessageType.Text
                    ? "text " + Encoding.UTF8.GetString(buffer, 0, length)
                    : "binary " + Convert.ToHexString(buffer.AsSpan(0, length)));
            }
        }
        catch (WebSocketException error) when (error.WebSocketErrorCode == WebSocketError.ConnectionClosedPrematurely)
        {
            lines.Add("end");
        }
        catch (WebSocketException)
        {
            lines.Add($"violation {LastCloseCode(stream.Written)}");
        }

        return lines;
    }

    /// <summary>The code of the close frame that was written last; the pongs before it are of no interest here.</summary>
    private static int LastCloseCode(byte[] written) => new RawFrame(RawFrame.Close, written[^2..]).CloseCode!.Value;
}
