using System.Diagnostics;
using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Routing;

/// <summary>PING, PONG, and WebSocket's own.</summary>
internal static class PingChecks
{
    private const int Tries = 3;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>What proxies cut idle connections after, by default.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LongPatience = TimeSpan.FromMinutes(5);

    public static IEnumerable<Check> All { get; } =
    [
        new(
            "routing.ping.answered",
            "PING, PONG: either side asks, the other answers. PING is answered within a second.",
            "SDKs take a connection without an answer for dead after a second, and reconnect for ever.",
            AnsweredAsync),
        new(
            "routing.ping.never-relayed",
            "PING, PONG: Never relayed.",
            "A peer would take the other's PONG for the service's, and a dead connection for a living one.",
            NeverRelayedAsync),
        new(
            "routing.ping.of-websocket",
            "(Besides WebSocket's own ping frames.)",
            "Proxies and libraries ping by themselves and cut what does not answer (RFC 6455 section 5.5.2).",
            OfWebSocketAsync),
        new(
            "routing.keep-alive",
            "Most SDKs never ping by themselves: the service keeps idle sockets alive, through proxies, with WebSocket pings.",
            "Proxies cut what is silent for a minute: cameras drop out again and again while nobody watches.",
            KeepAliveAsync) { Kind = CheckKind.Slow },
    ];

    private static async Task AnsweredAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        foreach (var socket in (WireSocket[])[pair.Device, pair.Client])
        {
            // The quickest of some: this machine may be slow, too.
            var quickest = TimeSpan.MaxValue;
            for (var i = 0; i < Tries && quickest > Second; i++)
            {
                var watch = Stopwatch.StartNew();
                await socket.SendTextAsync(WireSocket.PingText);
                var answer = await socket.NextAsync("PONG");
                Expect.That(answer.Type == "PONG", "PONG", answer);
                quickest = watch.Elapsed < quickest ? watch.Elapsed : quickest;
            }

            Expect.That(quickest <= Second, "PONG within a second", $"{quickest.TotalSeconds:0.0} s at best of {Tries}");
        }
    }

    private static async Task NeverRelayedAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        foreach (var (from, to) in ((WireSocket, WireSocket)[])[(pair.Client, pair.Device), (pair.Device, pair.Client)])
        {
            foreach (var type in (string[])["PING", "PONG"])
            {
                await from.SendTextAsync($$"""{"type":"{{type}}"}""");
                await from.SendTextAsync($$"""{"type":"{{type}}","channelId":"{{pair.ChannelId}}"}""");
            }

            // Each PING has been answered; nothing has come of the PONGs.
            for (var i = 0; i < 2; i++)
            {
                var answer = await from.NextAsync("PONG, for each PING");
                Expect.That(answer.Type == "PONG", "PONG, for each PING", answer);
            }

            await from.SendMessageAsync(pair.ChannelId, "\"behind\"");
            var next = await to.NextAsync("the MESSAGE behind PING and PONG", takesPings: true);
            Expect.That(next.Type == "MESSAGE", "the MESSAGE, and neither PING nor PONG before it", next);
        }
    }

    private static async Task OfWebSocketAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        foreach (var socket in (WireSocket[])[pair.Device, pair.Client])
        {
            await socket.SendAsync(new WireFrame(WireFrame.Ping, "from a check"u8.ToArray()));
            var answer = await socket.NextFrameAsync("a pong, since a ping was sent");
            while (answer?.Opcode == WireFrame.Ping)
                answer = await socket.NextFrameAsync("a pong, since a ping was sent");
            Expect.That(answer?.Opcode == WireFrame.Pong && answer.PayloadText == "from a check", "a pong with the ping's payload", answer is null ? "the end" : "another frame");
        }
    }

    private static async Task KeepAliveAsync(Scene scene)
    {
        var device = await scene.OpenAsync(await scene.DeviceUrlAsync(), patience: LongPatience);
        var client = await scene.OpenAsync((await scene.ClientUrlAsync()).Url, patience: LongPatience);
        var pings = Task.WhenAll(PingedAsync(device), PingedAsync(client));
        if (await Task.WhenAny(pings, scene.WaitAsync(Idle)) != pings)
        {
            // The reading ends with the connections, and nobody asks how.
            _ = pings.ContinueWith(x => x.Exception, scene.CancellationToken, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            device.Cut();
            client.Cut();
            throw new CheckFailedException("a WebSocket ping on each idle connection within a minute", "none on one of them");
        }

        await pings;
    }

    private static async Task PingedAsync(WireSocket socket)
    {
        while (await socket.ReadFrameAsync() is { } frame)
        {
            if (frame.Opcode == WireFrame.Ping)
                return;
        }

        throw new CheckFailedException("an idle connection to stay open", "its end");
    }
}
