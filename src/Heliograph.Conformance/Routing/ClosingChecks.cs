using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Routing;

/// <summary>How connections end.</summary>
internal static class ClosingChecks
{
    private const long TooLarge = 64L * 1024 * 1024;
    private const int Piece = 64 * 1024;
    private const int MostPieces = 256;

    public static IEnumerable<Check> All { get; } =
    [
        new(
            "routing.closing.too-large",
            "A frame over the size limit closes the connection with 1009.",
            "Without a limit one peer fills the service's memory; with a bare cut nobody learns why.",
            TooLargeAsync),
        new(
            "routing.closing.not-utf8",
            "Text that isn't UTF-8 closes the connection with 1007.",
            "It would be passed on, and the other peer's WebSocket would close in its place.",
            NotUtf8Async),
        new(
            "routing.closing.answers-close",
            "It ends connections with a close frame: one SDK doesn't reconnect after a bare cut.",
            "A peer that closes in order waits for the answer, and takes its end without one for a failure.",
            AnswersCloseAsync),
        new(
            "routing.closing.at-shutdown",
            "It ends connections with a close frame, at shutdown too: one SDK doesn't reconnect after a bare cut.",
            "After an update of the service, devices with that SDK stay away until somebody unplugs them.",
            AtShutdownAsync) { Kind = CheckKind.Restart },
    ];

    private static async Task TooLargeAsync(Scene scene)
    {
        foreach (var socket in (WireSocket[])[await scene.OpenDeviceAsync(), (await scene.OpenClientAsync()).Socket])
        {
            try
            {
                await socket.SendAsync(WireFrame.HeaderOf(WireFrame.Text, TooLarge));
                for (var i = 0; i < MostPieces && !socket.HasReceived; i++)
                    await socket.SendAsync(new byte[Piece]);
            }
            catch (IOException)
            {
                // Ended already; how, is read below.
            }

            await ClosedAsync(socket, 1009, "a frame of 64 MiB");
        }
    }

    private static async Task NotUtf8Async(Scene scene)
    {
        foreach (var bytes in (byte[][])[[0xFF, 0xFE], [.. "{\"type\":\""u8, 0xC3, 0x28, .. "\"}"u8], [0xED, 0xA0, 0x80]])
        {
            var client = await scene.OpenClientAsync();
            await client.Socket.SendAsync(new WireFrame(WireFrame.Text, bytes));
            await ClosedAsync(client.Socket, 1007, "text that isn't UTF-8");
        }

        var device = await scene.OpenDeviceAsync();
        await device.SendAsync(new WireFrame(WireFrame.Text, [0xFF]));
        await ClosedAsync(device, 1007, "text that isn't UTF-8");
    }

    private static async Task AnswersCloseAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        foreach (var socket in (WireSocket[])[pair.Client, pair.Device])
        {
            await socket.SendAsync(WireFrame.OfClose(1000));
            var (close, _) = await socket.ReadToEndAsync("a close frame in answer to the peer's");
            Expect.That(close is not null, "a close frame in answer to the peer's", "a bare cut");
        }
    }

    private static async Task AtShutdownAsync(Scene scene)
    {
        var device = await scene.OpenAsync(await scene.DeviceUrlAsync(), patience: Scene.RestartTime);
        var client = await scene.OpenAsync((await scene.ClientUrlAsync()).Url, patience: Scene.RestartTime);
        var closes = await scene.RestartAsync(device, client);
        Expect.That(closes.All(x => x is not null), "a close frame on each connection when the service stops", "a bare cut");
    }

    private static async Task ClosedAsync(WireSocket socket, int code, string what)
    {
        var (close, _) = await socket.ReadToEndAsync($"a close frame with {code} after {what}");
        Expect.That(close?.CloseCode == code, $"a close frame with {code} after {what}", close is null ? "a bare cut" : WireSocket.Describe(close));
    }
}
