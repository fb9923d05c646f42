using System.Net;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Relay;

/// <summary>The end of the service.</summary>
public class DrainTests
{
    private const int GoingAway = 1001;

    [Fact]
    public async Task Stop_PeersAreConnected_EachIsClosedWithGoingAway()
    {
        await using var service = await TestService.StartAsync();
        using var key = new SigningKey();
        var address = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        await using var device = await service.Api.OpenDeviceAsync(address, key);
        var (client, _, _) = await service.Api.OpenClientAsync(address);
        await using var _ = client;

        await service.App.StopAsync(TestContext.Current.CancellationToken);

        await device.Ended;
        await client.Ended;
        device.CloseCode.ShouldBe(GoingAway);
        client.CloseCode.ShouldBe(GoingAway);
    }

    [Fact]
    public async Task Stop_PeerDoesNotAnswerTheClose_IsCutAfterTheCloseTimeout()
    {
        await using var service = await TestService.StartAsync(settings => settings.Relay.CloseTimeout = TimeSpan.FromMilliseconds(200));
        using var key = new SigningKey();
        var address = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        var url = (await service.Api.ConnectClientAsync(address)).Require(HttpStatusCode.OK)["signalingUrl"]!.GetValue<string>();
        await using var socket = await RawWebSocket.OpenAsync(url);

        // Nobody reads, so nobody answers.
        await service.App.StopAsync(TestContext.Current.CancellationToken);
    }
}
