using Heliograph.Protocol;
using Heliograph.Sdk.Tests;

[assembly: AssemblyFixture(typeof(ServiceFixture))]

namespace Heliograph.Sdk.Tests;

/// <summary>The built executable, serving all tests that do not harm it, each with devices of its own.</summary>
public class ServiceFixture : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private HeliographProcess _process = null!;

    /// <summary>Calls the service with its first API key.</summary>
    public ApiClient Api { get; private set; } = null!;

    public Uri Endpoint => new(Api.BaseUrl);

    /// <summary>The service's settings, as JSON, beside those that every test needs.</summary>
    protected virtual string Settings => "";

    public async ValueTask InitializeAsync()
    {
        // A test is not a flood: all of them come from one address.
        var config = _folder.Write("config.json", $$"""
            {"RateLimits":{"PerAddress":100000,"PerAddressBurst":100000,"PerProduct":100000,"PerProductBurst":100000}{{Settings}}}
            """);
        _process = await HeliographProcess.ServeAsync(_folder.Sub("data"), "--config", config);
        Api = _process.CreateApiClient();
    }

    /// <summary>A device of a product of its own, with keys for both.</summary>
    public Task<TestDevice> CreateDeviceAsync() => RegisterAsync(Api);

    /// <summary>The same at a service that a test has started for itself.</summary>
    public static async Task<TestDevice> RegisterAsync(HeliographProcess service)
    {
        using var api = service.CreateApiClient();
        return await RegisterAsync(api);
    }

    private static async Task<TestDevice> RegisterAsync(ApiClient api)
    {
        var product = await api.CreateProductAsync();
        var productKey = new SigningKey();
        await api.AddProductKeyAsync(product, productKey);
        var deviceKey = new SigningKey();
        var address = await api.CreateDeviceAsync(product, deviceKey);
        return new(new(api.BaseUrl), address, deviceKey, productKey);
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _process.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>A registered device and what is needed to be it, or to reach it.</summary>
public sealed record TestDevice(Uri Endpoint, DeviceAddress Address, SigningKey DeviceKey, SigningKey ProductKey)
{
    public SignalingDeviceOptions DeviceOptions => new()
    {
        Endpoint = Endpoint,
        ProductId = Address.Product.Value,
        DeviceId = Address.Device.Value,
        Tokens = new DeviceTokenGenerator(Address.Product.Value, Address.Device.Value, DeviceKey.PrivatePem),
    };

    public SignalingClientOptions ClientOptions => new()
    {
        Endpoint = Endpoint,
        ProductId = Address.Product.Value,
        DeviceId = Address.Device.Value,
    };

    public string ClientToken()
    {
        using var generator = new ClientTokenGenerator(Address.Product.Value, ProductKey.PrivatePem);
        return generator.Generate(Address.Device.Value);
    }
}
