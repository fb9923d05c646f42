using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.ClusterBench;

/// <summary>Pairs of a device on one node and a client on another, or the same; each sends back what it gets.</summary>
internal sealed class Conversation : IAsyncDisposable
{
    private static readonly string Message = $"\"{new string('x', 510)}\"";

    private readonly List<(TestPeer Device, TestPeer Client, string Channel)> _pairs = [];

    /// <param name="cluster">Where the devices are registered.</param>
    /// <param name="product">Their product.</param>
    /// <param name="count">How many pairs.</param>
    /// <param name="home">Whom the devices call.</param>
    /// <param name="visitor">Whom the clients call.</param>
    /// <param name="trust">What the sockets need for a certificate of the bench's own.</param>
    public static async Task<Conversation> OpenAsync(
        TestCluster cluster, ProductId product, int count, ApiClient home, ApiClient visitor, Action<ClientWebSocketOptions>? trust = null)
    {
        var conversation = new Conversation();
        for (var i = 0; i < count; i++)
        {
            var address = await cluster[0].Api.CreateDeviceAsync(product, cluster.Key);
            var device = await TestPeer.OpenAsync(await home.DeviceUrlAsync(address, cluster.Key), trust);
            await device.DrainAsync();
            var answer = (await visitor.ConnectClientAsync(address)).Require(HttpStatusCode.OK);
            var client = await TestPeer.OpenAsync(answer["signalingUrl"]!.GetValue<string>(), trust);
            await device.ReceiveAsync();
            conversation._pairs.Add((device, client, answer["channelId"]!.GetValue<string>()));
        }

        return conversation;
    }

    public async Task<Result> RunAsync(TimeSpan time)
    {
        var trips = new ConcurrentBag<double>();
        var took = Stopwatch.StartNew();
        await Task.WhenAll(_pairs.Select(async pair =>
        {
            while (took.Elapsed < time)
            {
                var sent = Stopwatch.GetTimestamp();
                await pair.Client.SendMessageAsync(pair.Channel, Message);
                await pair.Device.ReceiveAsync();
                await pair.Device.SendMessageAsync(pair.Channel, Message);
                await pair.Client.ReceiveAsync();
                trips.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }
        }));
        return new([.. trips.Order()], took.Elapsed.TotalSeconds);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (device, client, _) in _pairs)
        {
            await client.DisposeAsync();
            await device.DisposeAsync();
        }
    }

    /// <param name="Trips">Round trips in milliseconds, the quickest first; each is two messages.</param>
    /// <param name="Seconds">How long they took together.</param>
    internal sealed record Result(IReadOnlyList<double> Trips, double Seconds)
    {
        public int Messages => 2 * Trips.Count;

        public double Percentile(int percent) => Trips[Math.Min(Trips.Count - 1, Trips.Count * percent / 100)];
    }
}
