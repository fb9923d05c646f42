namespace Heliograph.Conformance.Routing;

/// <summary>Peers that read too slowly.</summary>
internal static class SlowReaderChecks
{
    private const int Size = 16 * 1024;

    /// <summary>What a service may hold for one peer, and TCP on the way.</summary>
    private const int Most = 128 * 1024 * 1024;

    public static IEnumerable<Check> All { get; } =
    [
        new(
            "routing.slow-reader",
            "A peer that reads too slowly is closed rather than allowed to hold others up or to grow memory without bound.",
            "One viewer on a bad network stops the camera for all others, or fills the service's memory until it falls.",
            SlowReaderAsync) { Kind = CheckKind.Load },
    ];

    private static async Task SlowReaderAsync(Scene scene)
    {
        var device = await scene.OpenDeviceAsync();
        var url = await scene.ClientUrlAsync();
        await scene.OpenAsync(url.Url, Scene.SmallBuffer);
        await device.NextAsync("PEER_CONNECTED", url.ChannelId);
        var quick = await scene.OpenClientAsync();
        await device.NextAsync("PEER_CONNECTED", quick.ChannelId);

        // The slow one reads nothing. The quick one must get each of its own messages, however many wait for the other.
        var payload = $"\"{new string('x', Size)}\"";
        for (var sent = 0; sent < Most; sent += 16 * Size)
        {
            for (var i = 0; i < 16; i++)
                await device.SendMessageAsync(url.ChannelId, payload);
            await device.SendMessageAsync(quick.ChannelId, "\"in time\"");
            await quick.Socket.NextAsync("a MESSAGE to a client that reads, while another one does not");
            var told = await device.DrainAsync();
            if (told.Any(x => x.Type == "PEER_OFFLINE" && x.ChannelId == url.ChannelId))
                return;
        }

        throw new CheckFailedException("a client that does not read to be closed, and PEER_OFFLINE to the device", $"{Most / 1024 / 1024} MiB taken for it");
    }
}
