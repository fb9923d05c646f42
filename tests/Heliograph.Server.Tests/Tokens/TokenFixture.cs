using Heliograph.Protocol;
using Heliograph.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Tokens;

/// <summary>A service whose clock stands still, with a device and keys that tests don't change.</summary>
public sealed class TokenFixture : IAsyncLifetime
{
    internal TestService Service { get; private set; } = null!;

    public ApiClient Api => Service.Api;

    public FakeTimeProvider Clock { get; } = new();

    public long Now => Clock.GetUtcNow().ToUnixTimeSeconds();

    public SigningKey DeviceKey { get; } = new();

    public SigningKey ProductKey { get; } = new();

    public DeviceAddress Device { get; private set; }

    /// <summary>Another device of the same product, with a key of its own.</summary>
    public DeviceAddress Sibling { get; private set; }

    public SigningKey SiblingKey { get; } = new();

    /// <summary>A device of another product, with keys of their own.</summary>
    public DeviceAddress Stranger { get; private set; }

    public SigningKey StrangerKey { get; } = new();

    public SigningKey StrangerProductKey { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Service = await TestService.StartAsync(build: builder => builder.Services.AddSingleton<TimeProvider>(Clock));
        var product = await Api.CreateProductAsync();
        await Api.AddProductKeyAsync(product, ProductKey);
        Device = await Api.CreateDeviceAsync(product, DeviceKey);
        Sibling = await Api.CreateDeviceAsync(product, SiblingKey);
        var other = await Api.CreateProductAsync();
        await Api.AddProductKeyAsync(other, StrangerProductKey);
        Stranger = await Api.CreateDeviceAsync(other, StrangerKey);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var key in (SigningKey[])[DeviceKey, ProductKey, SiblingKey, StrangerKey, StrangerProductKey])
            key.Dispose();
        await Service.DisposeAsync();
    }
}
