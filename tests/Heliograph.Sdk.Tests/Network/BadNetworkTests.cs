using System.Text.Json;

namespace Heliograph.Sdk.Tests;

/// <summary>
/// A device and a client over networks that delay, cut and half-open their connections at random. HELIOGRAPH_FUZZ_SEED gives other
/// networks; no clock is waited for, since each peer has one that the test moves.
/// </summary>
public sealed class BadNetworkTests
{
    private const int Messages = 10_000;
    private const int Cuts = 200;
    private const int DefaultSeed = 20260731;

    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("HELIOGRAPH_FUZZ_SEED"), out var seed) ? seed : DefaultSeed;

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task Channel_ConnectionsCutOnBothSides_CarriesAllOnceAndInOrder(string besideHttp)
    {
        using var folder = new TempFolder();
        var config = folder.Write("config.json", $$"""
            {
                "BesideHttp": {{besideHttp}},
                "RateLimits": { "PerAddress": 100000, "PerAddressBurst": 100000, "PerProduct": 100000, "PerProductBurst": 100000 },
                "Relay": { "TakeoverBurst": 100000 }
            }
            """);
        await using var service = await HeliographProcess.ServeAsync(folder.Sub("data"), "--config", config);
        var registered = await ServiceFixture.RegisterAsync(service);
        await using var devicesNetwork = new BadNetwork(new(service.BaseUrl), new(Seed), Cuts);
        await using var clientsNetwork = new BadNetwork(new(service.BaseUrl), new(Seed + 1), Cuts);
        await using var device = new SignalingDevice(registered.DeviceOptions with
        {
            TimeProvider = devicesNetwork.Clock,
            HttpHandler = devicesNetwork.Handler,
            MaxUnacknowledgedBytes = 16 * 1024,
            MaxUnreadBytes = int.MaxValue,
        });
        await using var client = new SignalingClient(registered.ClientOptions with
        {
            TimeProvider = clientsNetwork.Clock,
            HttpHandler = clientsNetwork.Handler,
            MaxUnacknowledgedBytes = 16 * 1024,
            MaxUnreadBytes = int.MaxValue,
        });
        await device.ConnectAsync().WaitAsync(TestPeer.Patience);
        await client.ConnectAsync().WaitAsync(TestPeer.Patience);
        await client.Channel.SendAsync(JsonElement.Parse("-1"));
        var channel = await device.AcceptAllAsync().FirstAsync().AsTask().WaitAsync(TestPeer.Patience);
        await channel.ReadAllAsync().FirstAsync().AsTask().WaitAsync(TestPeer.Patience);

        using var enough = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var cutting = Task.WhenAll(
            devicesNetwork.RunAsync(() => device.State, device.CheckAliveAsync, enough.Token),
            clientsNetwork.RunAsync(() => client.State, client.CheckAliveAsync, enough.Token));
        int[] received = [0, 0];
        var talking = Task.WhenAll(
            SendAllAsync(client.Channel, clientsNetwork, enough.Token),
            SendAllAsync(channel, devicesNetwork, enough.Token),
            ReadAllAsync(client.Channel, () => received[0]++, enough.Token),
            ReadAllAsync(channel, () => received[1]++, enough.Token));
        try
        {
            // Of these only talking ends by itself where all is well.
            await await Task.WhenAny(talking, cutting, client.Channel.Completion, channel.Completion);
            talking.IsCompletedSuccessfully.ShouldBeTrue("a channel has ended before");
        }
        catch (Exception error)
        {
            throw new InvalidOperationException(
                $"""
                HELIOGRAPH_FUZZ_SEED={Seed}: {error.Message}
                cuts: device {devicesNetwork.Cuts}, client {clientsNetwork.Cuts}; received: client {received[0]}, device {received[1]}
                connections: device {device.State}, client {client.State}; channels: device {channel.State}, client {client.Channel.State}
                {client.Channel.Error?.Message} {channel.Error?.Message}
                """,
                error);
        }
        finally
        {
            await enough.CancelAsync();
            await cutting;
        }

        devicesNetwork.Cuts.ShouldBeGreaterThanOrEqualTo(Cuts);
        clientsNetwork.Cuts.ShouldBeGreaterThanOrEqualTo(Cuts);
        device.Channels.ShouldHaveSingleItem();
    }

    /// <summary>Spread over all the cuts: the more there have been, the more may be sent.</summary>
    private static async Task SendAllAsync(SignalingChannel channel, BadNetwork network, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Messages; i++)
        {
            await network.CutsAsync(i * Cuts / Messages, cancellationToken);
            await channel.SendAsync(JsonElement.Parse($"{i}"), cancellationToken);
        }
    }

    private static async Task ReadAllAsync(SignalingChannel channel, Action received, CancellationToken cancellationToken)
    {
        var expected = 0;
        await foreach (var data in channel.ReadAllAsync(cancellationToken))
        {
            data.GetInt32().ShouldBe(expected++);
            received();
            if (expected == Messages)
                return;
        }
    }
}
