using Heliograph.Protocol;
using Heliograph.Server.Relay;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Fuzz;

/// <summary>A service to be fuzzed, and the check that it came through unharmed.</summary>
public sealed class FuzzFixture : IAsyncLifetime
{
    internal TestService Service { get; private set; } = null!;

    public ApiClient Api => Service.Api;

    public ProductId Product { get; private set; }

    public DeviceAddress Device { get; private set; }

    public SigningKey DeviceKey { get; } = new();

    public SigningKey ProductKey { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Service = await TestService.StartAsync(settings =>
        {
            settings.Relay.CloseTimeout = TimeSpan.FromSeconds(1);
            // What no test reads would only fill the memory.
            settings.Logging.Level = Microsoft.Extensions.Logging.LogLevel.Warning;
        });
        Product = await Api.CreateProductAsync();
        await Api.AddProductKeyAsync(Product, ProductKey);
        Device = await Api.CreateDeviceAsync(Product, DeviceKey);
    }

    /// <summary>A message still goes through, and no connection is left over. That nothing was logged as an Error is checked at the end.</summary>
    internal async Task ShouldBeUnharmedAsync()
    {
        await using (var pair = await RawPair.OpenAsync(Api, await Api.CreateDeviceAsync(Product, DeviceKey), DeviceKey))
            await pair.ShouldRelayAsync("\"still here\"");
        await Eventually.HoldsAsync("No connection is left over", () => Service.Get<PeerList>().Count == 0);
        await Eventually.HoldsAsync("No device's state is left over", () => Service.Get<RelayHub>().DeviceCount == 0);
    }

    /// <summary>A call got an answer, and in the protocol's form where it was refused.</summary>
    internal static void ShouldBeAnswered(ApiAnswer answer)
    {
        ((int)answer.Status).ShouldBeLessThan(500, answer.Body);
        if ((int)answer.Status >= 400 && answer.Body.Length > 0)
        {
            answer.Code.ShouldNotBeNull();
            answer.Message.ShouldNotBeNull();
        }
    }

    public async ValueTask DisposeAsync()
    {
        DeviceKey.Dispose();
        ProductKey.Dispose();
        await Service.DisposeAsync();
    }
}
