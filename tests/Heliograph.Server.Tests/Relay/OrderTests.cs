using System.Globalization;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Relay;

/// <summary>Order within one channel and direction.</summary>
public class OrderTests
{
    private const int Messages = 2000;

    [Fact]
    public async Task Messages_OfManyClientsBothWays_ArriveInOrder()
    {
        // Room for all of it: this is about order, and a device that falls behind a flood would be closed.
        await using var service = await TestService.StartAsync(settings => settings.Relay.OutboxSize = 64 * 1024 * 1024);
        using var key = new SigningKey();
        var address = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        await using var device = await service.Api.OpenDeviceAsync(address, key);
        var clients = new List<(TestPeer Peer, string Channel, string)>();
        for (var i = 0; i < 8; i++)
            clients.Add(await service.Api.OpenClientAsync(address));
        await device.DrainAsync();

        var sending = clients.Select(client => Task.Run(async () =>
        {
            for (var i = 0; i < Messages; i++)
                await client.Peer.SendMessageAsync(client.Channel, i.ToString(CultureInfo.InvariantCulture));
        }, TestContext.Current.CancellationToken));
        var next = clients.ToDictionary(x => x.Channel, _ => 0, StringComparer.Ordinal);
        var echoing = Task.Run(async () =>
        {
            for (var i = 0; i < Messages * clients.Count; i++)
            {
                var message = await device.ReceiveJsonAsync();
                var channel = message["channelId"]!.GetValue<string>();
                message["message"]!.GetValue<int>().ShouldBe(next[channel]++);
                await device.SendMessageAsync(channel, message["message"]!.ToJsonString());
            }
        }, TestContext.Current.CancellationToken);
        var receiving = clients.Select(client => Task.Run(async () =>
        {
            for (var i = 0; i < Messages; i++)
                (await client.Peer.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(i);
        }, TestContext.Current.CancellationToken));

        await Task.WhenAll([.. sending, echoing, .. receiving]);
        foreach (var client in clients)
            await client.Peer.DisposeAsync();
    }
}
