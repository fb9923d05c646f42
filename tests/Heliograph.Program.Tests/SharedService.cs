using Heliograph.Protocol;

[assembly: AssemblyFixture(typeof(Heliograph.Program.Tests.SharedService))]

namespace Heliograph.Program.Tests;

/// <summary>A service that nothing is wrong with, with a device; tests put something in the way to it.</summary>
public sealed class SharedService : IAsyncLifetime
{
    private readonly TempFolder _folder = new();

    private HeliographProcess? _process;

    public string BaseUrl => _process!.BaseUrl;

    public string ApiKeyFile => _process!.ApiKeyFile;

    public ApiClient Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _process = await HeliographProcess.ServeAsync(_folder.Sub("data"));
        Api = _process.CreateApiClient();
    }

    /// <summary>A device of its own, with keys in files.</summary>
    public async Task<KeptDevice> CreateDeviceAsync(TempFolder folder)
    {
        SigningKey device = new(), product = new();
        var id = await Api.CreateProductAsync();
        await Api.AddProductKeyAsync(id, product);
        var address = await Api.CreateDeviceAsync(id, device);
        return new(address, device, product, folder.Write("device.pem", device.PrivatePem), folder.Write("product.pem", product.PrivatePem));
    }

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        if (_process is not null)
            await _process.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>A device and where its keys are.</summary>
public sealed record KeptDevice(DeviceAddress Address, SigningKey DeviceKey, SigningKey ProductKey, string DeviceKeyFile, string ProductKeyFile) : IDisposable
{
    public void Dispose()
    {
        DeviceKey.Dispose();
        ProductKey.Dispose();
    }
}
