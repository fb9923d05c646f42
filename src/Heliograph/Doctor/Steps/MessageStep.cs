using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Terminal;

namespace Heliograph.Doctor.Steps;

/// <summary>Does a message pass both ways, byte for byte? It has what is easily changed on the way, and the size of a large SDP.</summary>
internal sealed class MessageStep : IStep
{
    private const int Padding = 16 * 1024;

    public string Name => "Messages";

    public async Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken)
    {
        if (visit is not { Client: { } client, ClientSocket: { } clientSocket, DeviceSocket: { } deviceSocket })
            return Finding.Skipped("it needs both sockets");

        var start = Stopwatch.GetTimestamp();
        var atDevice = await PassAsync(visit, "the client's", "device", clientSocket, deviceSocket, client.ChannelId, cancellationToken);
        var expected = visit.Identity!.ProductKey is not null;
        if (!atDevice.TryGetProperty("authorized", out var authorized) || authorized.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            return Finding.Failed("the device's message does not say whether the client is authorized", "That is not what the protocol says: ask whoever makes the service.");
        if (authorized.GetBoolean() != expected)
        {
            return Finding.Failed(
                $"the device is told that the client is {(expected ? "not authorized, though it showed a token" : "authorized, though it showed no token")}",
                "Don't rely on this service for access until that is mended: ask whoever makes it.");
        }

        await PassAsync(visit, "the device's", "client", deviceSocket, clientSocket, client.ChannelId, cancellationToken);
        return Finding.Ok(
            $"pass both ways unchanged, {Padding / 1024} KiB each ({Durations.Measured(Stopwatch.GetElapsedTime(start))} in all); the client is {(expected ? "authorized" : "not authorized")}");
    }

    private static async Task<JsonElement> PassAsync(
        Visit visit, string whose, string receiver, PeerSocket from, PeerSocket to, string channelId, CancellationToken cancellationToken)
    {
        // White space, numbers, escapes and letters in forms that reading and writing anew would not keep.
        var message = $$$"""{ "doctor":"{{{ChannelId.New()}}}","n":[1.50,2e2,-0.0],"s":"\u00fc ü \/ 👋","twice":1,"twice":2 , "padding":"{{{new string('x', Padding)}}}"}""";
        await from.SendAsync(Encoding.UTF8.GetBytes($$"""{"type":"MESSAGE","channelId":"{{channelId}}","message":{{message}}}"""), cancellationToken);

        var frame = await to.ReceiveAsync(frame => frame.IsOf("MESSAGE", channelId), visit.Options.Timeout, cancellationToken);
        if (frame is not { } received || !received.TryGetProperty("message", out var arrived))
        {
            var refusal = await from.ReceiveAsync(frame => frame.IsOf("PEER_OFFLINE", channelId), TimeSpan.FromMilliseconds(1), cancellationToken);
            var why = refusal is not null ? " and is answered PEER_OFFLINE" : "";
            throw new StepFailedException(
                $"{whose} message does not reach the {receiver} within {Durations.Measured(visit.Options.Timeout)}{why}",
                "Small messages may pass where this one, of the size of a large SDP, does not: look for a limit in what is between, and at the service's log.");
        }

        return arrived.GetRawText() == message
            ? received
            : throw new StepFailedException($"{whose} message reaches the {receiver} changed", "Something between rewrites messages: peers' signatures will not hold. Let it pass WebSocket frames as they are.");
    }
}
