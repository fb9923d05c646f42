using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Registry;
using Heliograph.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Management;

/// <summary>Who is online is other nodes' knowledge, too: a list of devices asks once.</summary>
public class DevicePresenceTests
{
    [Fact]
    public async Task List_OfManyDevices_AsksOnceWhoIsOnline()
    {
        var presence = new CountingPresence();
        using var key = new SigningKey();
        await using var service = await TestService.StartAsync(build: builder => builder.Services.AddSingleton<IPresence>(presence));
        var product = await service.Api.CreateProductAsync();
        for (var i = 0; i < 5; i++)
            presence.Online = (await service.Api.CreateDeviceAsync(product, key)).Device;
        presence.Questions = 0;

        var list = (await service.Api.ManageAsync(HttpMethod.Get, $"{Paths.Of(product)}/devices")).Require(HttpStatusCode.OK);

        list.AsArray().Where(x => x!["connected"]!.GetValue<bool>()).ShouldHaveSingleItem()!.Text("deviceId").ShouldBe(presence.Online.Value);
        list.AsArray().Count.ShouldBe(5);
        presence.Questions.ShouldBe(1);
    }

    private sealed class CountingPresence : IPresence
    {
        public DeviceId Online { get; set; }

        public int Questions { get; set; }

        public ValueTask<bool> IsDeviceOnlineAsync(DeviceAddress device, CancellationToken cancellationToken)
        {
            Questions++;
            return new(device.Device == Online);
        }

        public ValueTask<IReadOnlySet<DeviceId>> OnlineDevicesAsync(ProductId product, CancellationToken cancellationToken)
        {
            Questions++;
            return new(new HashSet<DeviceId> { Online });
        }

        public ValueTask<IReadOnlyDictionary<ProductId, int>> CountOnlineDevicesAsync(IReadOnlyCollection<ProductId> products, CancellationToken cancellationToken) =>
            new(new Dictionary<ProductId, int>());
    }
}
