namespace Heliograph.Program.Tests;

/// <summary>A device and its clients, all connected.</summary>
internal sealed class Peers : List<TestPeer>, IAsyncDisposable
{
    /// <summary>Opens so many connections, the first of them the device's.</summary>
    public static async Task<Peers> OpenAsync(HeliographProcess service, int count)
    {
        using var api = service.CreateApiClient();
        using var key = new SigningKey();
        var address = await api.CreateDeviceAsync(await api.CreateProductAsync(), key);
        var peers = new Peers { await api.OpenDeviceAsync(address, key) };
        while (peers.Count < count)
            peers.Add((await api.OpenClientAsync(address)).Peer);
        return peers;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in this)
            await peer.DisposeAsync();
    }
}
