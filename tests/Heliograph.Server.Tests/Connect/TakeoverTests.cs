using System.Net;
using Heliograph.Protocol;
using Heliograph.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Connect;

/// <summary>Two devices with one identity, each taking the other's place.</summary>
public class TakeoverTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(30);

    [Fact]
    public async Task Takeovers_BeyondTheBurst_AreSlowedDownAndShown()
    {
        var clock = new FakeTimeProvider();
        await using var service = await StartAsync(clock);
        using var key = new SigningKey();
        var address = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        await using var first = await service.Api.OpenDeviceAsync(address, key);
        await using var second = await service.Api.OpenDeviceAsync(address, key);
        await using var third = await service.Api.OpenDeviceAsync(address, key);
        await second.Ended;
        second.CloseCode.ShouldBe(4000);

        var refused = await RefusedAsync(service, address, key);

        refused.ShouldBeError(HttpStatusCode.TooManyRequests, ErrorCodes.TooManyRequests, "identity");
        var wait = int.Parse(refused.Headers.GetValues("Retry-After").ShouldHaveSingleItem());
        wait.ShouldBeInRange(1, (int)Interval.TotalSeconds);
        // The connect is refused from the moment in which the conflict is noticed, and it is told right after.
        await Eventually.HoldsAsync("the conflict is in the log", () =>
            service.Log.Any(line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains(address.ToString(), StringComparison.Ordinal)));
        await ConflictsAsync(service, 1);
        third.CloseCode.ShouldBeNull();

        // Who waits as told gets in, and the conflict goes on being shown.
        clock.Advance(TimeSpan.FromSeconds(wait));
        await using var fourth = await service.Api.OpenDeviceAsync(address, key, clock);
        await ConflictsAsync(service, 2);
    }

    [Fact]
    public async Task Takeovers_OfOneDevice_DoNotTouchOthersNorItsClients()
    {
        await using var service = await StartAsync(new());
        using var key = new SigningKey();
        var product = await service.Api.CreateProductAsync();
        var (address, other) = (await service.Api.CreateDeviceAsync(product, key), await service.Api.CreateDeviceAsync(product, key));
        await using var first = await service.Api.OpenDeviceAsync(address, key);
        await using var second = await service.Api.OpenDeviceAsync(address, key);
        await using var third = await service.Api.OpenDeviceAsync(address, key);
        await RefusedAsync(service, address, key);

        (await service.Api.ConnectDeviceAsync(other, key.DeviceToken(other))).Status.ShouldBe(HttpStatusCode.OK);
        (await service.Api.ConnectClientAsync(address)).Json["deviceOnline"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Device_ThatIsNotConnected_IsLetInWhateverWasBefore()
    {
        await using var service = await StartAsync(new());
        using var key = new SigningKey();
        var address = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        await using var first = await service.Api.OpenDeviceAsync(address, key);
        await using var second = await service.Api.OpenDeviceAsync(address, key);
        await using var third = await service.Api.OpenDeviceAsync(address, key);
        await third.CloseAsync();

        await Eventually.HoldsAsync("let in", async () =>
            (await service.Api.ConnectDeviceAsync(address, key.DeviceToken(address))).Status is var status and not HttpStatusCode.OK ? status.ToString() : null);
    }

    [Fact]
    public async Task Reconnects_WithinTheBurst_AreNoConflict()
    {
        await using var service = await StartAsync(new());
        using var key = new SigningKey();
        var address = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        await using var first = await service.Api.OpenDeviceAsync(address, key);
        await using var second = await service.Api.OpenDeviceAsync(address, key);

        (await service.Api.ConnectDeviceAsync(address, key.DeviceToken(address))).Status.ShouldBe(HttpStatusCode.OK);
        service.Log.ShouldNotContain(line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains(address.ToString(), StringComparison.Ordinal));
    }

    private static Task ConflictsAsync(TestService service, int count) => Eventually.HoldsAsync($"{count} conflicts were counted", async () =>
        (await service.Api.SendAsync(HttpMethod.Get, "/metrics")).Body.Contains($"heliograph_identity_conflicts_total {count}\n", StringComparison.Ordinal));

    /// <summary>Connects until it is refused: a socket is open a moment before the service has counted it.</summary>
    private static async Task<ApiAnswer> RefusedAsync(TestService service, DeviceAddress address, SigningKey key)
    {
        ApiAnswer? answer = null;
        await Eventually.HoldsAsync("refused", async () =>
        {
            answer = await service.Api.ConnectDeviceAsync(address, key.DeviceToken(address));
            return answer.Status == HttpStatusCode.TooManyRequests ? null : answer.Status.ToString();
        });
        return answer!;
    }

    private static Task<TestService> StartAsync(FakeTimeProvider clock) => TestService.StartAsync(
        settings => (settings.Relay.TakeoverBurst, settings.Relay.TakeoverInterval) = (2, Interval),
        build: builder => builder.Services.AddSingleton<TimeProvider>(clock));
}
