using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Relay;

/// <summary>A service with one product and one device, for tests that don't change either.</summary>
public sealed class RelayFixture : IAsyncLifetime
{
    internal TestService Service { get; private set; } = null!;

    public ApiClient Api => Service.Api;

    public ProductId Product { get; private set; }

    public SigningKey DeviceKey { get; } = new();

    public SigningKey ProductKey { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Service = await TestService.StartAsync();
        Product = await Api.CreateProductAsync();
        await Api.AddProductKeyAsync(Product, ProductKey);
    }

    public Task<DeviceAddress> CreateDeviceAsync() => Api.CreateDeviceAsync(Product, DeviceKey);

    public async ValueTask DisposeAsync()
    {
        DeviceKey.Dispose();
        ProductKey.Dispose();
        await Service.DisposeAsync();
    }
}
