using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Server.Registry;
using Heliograph.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Management;

/// <summary>Usage: messages relayed, by month.</summary>
public class UsageTests
{
    [Fact]
    public async Task Usage_CountsRelayedMessagesAndSurvivesARestart()
    {
        using var key = new SigningKey();
        await using var first = await TestService.StartAsync();
        var product = await first.Api.CreateProductAsync();
        var (one, other) = (await first.Api.CreateDeviceAsync(product, key), await first.Api.CreateDeviceAsync(product, key));
        (await UsageAsync(first.Api, Paths.Of(product))).ToJsonString()
            .ShouldBe("""{"signalingMessageCount":{"thisMonth":0,"lastMonth":0},"relayByteCount":{"thisMonth":0,"lastMonth":0}}""");

        await RelayAsync(first.Api, one, key, messages: 3);
        await RelayAsync(first.Api, other, key, messages: 1);

        await EventuallyAsync(first.Api, Paths.Of(one), thisMonth: 6, lastMonth: 0);
        await EventuallyAsync(first.Api, Paths.Of(other), thisMonth: 2, lastMonth: 0);
        await EventuallyAsync(first.Api, Paths.Of(product), thisMonth: 8, lastMonth: 0);
        await using var second = await first.RestartAsync();
        await EventuallyAsync(second.Api, Paths.Of(one), thisMonth: 6, lastMonth: 0);
        await RelayAsync(second.Api, one, key, messages: 1);
        await EventuallyAsync(second.Api, Paths.Of(product), thisMonth: 10, lastMonth: 0);
    }

    [Fact]
    public async Task Usage_OfManyDevicesAtOnce_IsEachOnesOwn()
    {
        await using var service = await TestService.StartAsync(settings => settings.Registry.FlushInterval = TimeSpan.FromHours(1));
        var product = await service.Api.CreateProductAsync();
        // More than are written at a time.
        var batch = await service.Api.ManageAsync(HttpMethod.Post, $"{Paths.Of(product)}/device-batch", new JsonObject { ["count"] = 1200 });
        var devices = batch.Require(HttpStatusCode.OK)["devices"]!.AsArray().Select(x => new DeviceAddress(product, DeviceId.Parse(x!.Text("deviceId")))).ToList();
        var recorder = service.Get<ActivityRecorder>();

        // And again, on top.
        for (var round = 1; round <= 2; round++)
        {
            for (var i = 0; i < devices.Count; i++)
                recorder.Relayed(devices[i], i + 1);
            recorder.Relayed(new(product, DeviceId.New()), 1000);
            await recorder.FlushAsync(TestContext.Current.CancellationToken);
        }

        await EventuallyAsync(service.Api, Paths.Of(devices[0]), thisMonth: 2, lastMonth: 0);
        await EventuallyAsync(service.Api, Paths.Of(devices[^1]), thisMonth: 2400, lastMonth: 0);
        await EventuallyAsync(service.Api, Paths.Of(product), thisMonth: 1200 * 1201, lastMonth: 0);
    }

    [Fact]
    public async Task Usage_NotYetWrittenWhenTheServiceStops_IsThereAfterwards()
    {
        using var key = new SigningKey();
        await using var first = await TestService.StartAsync(settings => settings.Registry.FlushInterval = TimeSpan.FromHours(1));
        var device = await first.Api.CreateDeviceAsync(await first.Api.CreateProductAsync(), key);
        await RelayAsync(first.Api, device, key, messages: 2);

        await using var second = await first.RestartAsync();

        await EventuallyAsync(second.Api, Paths.Of(device), thisMonth: 4, lastMonth: 0);
    }

    [Fact]
    public async Task Usage_OfTheMonthBefore_IsShownAsThat()
    {
        using var key = new SigningKey();
        var clock = new FakeTimeProvider();
        await using var service = await TestService.StartAsync(build: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        await RelayAsync(service.Api, device, key, messages: 1);
        await EventuallyAsync(service.Api, Paths.Of(device), thisMonth: 2, lastMonth: 0);

        var nextMonth = new DateTimeOffset(clock.GetUtcNow().Year, clock.GetUtcNow().Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
        clock.Advance(nextMonth - clock.GetUtcNow());
        await EventuallyAsync(service.Api, Paths.Of(device), thisMonth: 0, lastMonth: 2);

        clock.Advance(TimeSpan.FromDays(32));
        await EventuallyAsync(service.Api, Paths.Of(device), thisMonth: 0, lastMonth: 0);
    }

    [Fact]
    public async Task Usage_OfADeletedDevice_StaysPartOfItsProducts()
    {
        using var key = new SigningKey();
        await using var service = await TestService.StartAsync(settings => settings.Registry.FlushInterval = TimeSpan.FromHours(1));
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        await RelayAsync(service.Api, device, key, messages: 2);
        await Eventually.HoldsAsync("counted", () => service.Log.Count(line => line.Contains(" disconnected: ", StringComparison.Ordinal)) == 2);

        (await service.Api.ManageAsync(HttpMethod.Delete, Paths.Of(device))).Status.ShouldBe(HttpStatusCode.NoContent);

        await EventuallyAsync(service.Api, Paths.Of(device.Product), thisMonth: 4, lastMonth: 0);
    }

    [Fact]
    public async Task Usage_DoesNotCountWhatWasNotRelayed()
    {
        using var key = new SigningKey();
        await using var service = await TestService.StartAsync();
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        var (client, channel, _) = await service.Api.OpenClientAsync(device);
        await using var peer = client;
        await client.SendMessageAsync(channel, "1");
        await client.SendAsync("nonsense");
        await client.DrainAsync();

        await EventuallyAsync(service.Api, Paths.Of(device), thisMonth: 0, lastMonth: 0);
    }

    private static async Task RelayAsync(ApiClient api, DeviceAddress address, SigningKey key, int messages)
    {
        await using var device = await api.OpenDeviceAsync(address, key);
        var (peer, channel, _) = await api.OpenClientAsync(address);
        await using var client = peer;
        await device.ReceiveAsync();
        for (var i = 0; i < messages; i++)
        {
            await client.SendMessageAsync(channel, "1");
            await device.ReceiveAsync();
            await device.SendMessageAsync(channel, "2");
            await client.ReceiveAsync();
        }

        await client.CloseAsync();
        await device.CloseAsync();
    }

    /// <summary>A message is counted a moment after it arrives.</summary>
    private static Task EventuallyAsync(ApiClient api, string path, long thisMonth, long lastMonth) =>
        Eventually.HoldsAsync($"usage of {path}", async () =>
        {
            var usage = await UsageAsync(api, path);
            var count = usage["signalingMessageCount"]!;
            usage["relayByteCount"]!.ToJsonString().ShouldBe("""{"thisMonth":0,"lastMonth":0}""");
            return (count["thisMonth"]!.GetValue<long>(), count["lastMonth"]!.GetValue<long>()) == (thisMonth, lastMonth) ? null : usage.ToJsonString();
        });

    private static async Task<JsonNode> UsageAsync(ApiClient api, string path) =>
        (await api.ManageAsync(HttpMethod.Get, $"{path}/usage")).Require(HttpStatusCode.OK);
}
