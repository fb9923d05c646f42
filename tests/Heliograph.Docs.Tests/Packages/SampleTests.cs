using Heliograph.Protocol;

namespace Heliograph.Docs.Tests.Packages;

/// <summary>The samples talk, through the service, with the SDK from its package.</summary>
public sealed class SampleTests(BuiltSamples samples) : IClassFixture<BuiltSamples>
{
    [Fact]
    public async Task CameraAndViewer_WithTheSameSecret_Talk()
    {
        var (device, folder, _) = await ProvisionAsync();
        await using var camera = new SampleProgram(samples.PathOf("Camera"), folder, $"{device}");
        await camera.LineAsync("Camera: Connected");

        await using var viewer = new SampleProgram(samples.PathOf("Viewer"), folder, $"{device}");

        (await viewer.ExitAsync()).ShouldBe(0, viewer.Output);
        viewer.Output.ShouldBe("Camera says: All is quiet at the gate.\n");
        camera.Output.ShouldEndWith("Viewer says: What do you see?\n");
    }

    [Fact]
    public async Task AppBackendAndHostedCamera_WithTheRightPassword_ShowThePicture()
    {
        var (device, folder, product) = await ProvisionAsync();
        await using var camera = new SampleProgram(
            samples.PathOf("HostedCamera"), folder,
            "--Camera:ProductId", product, "--Camera:DeviceId", $"{device.Device}");
        await using var backend = new SampleProgram(
            samples.PathOf("Backend"), folder,
            "--Urls", "http://127.0.0.1:0", "--Backend:ProductId", product,
            "--Backend:Accounts:anna:Password", "secret", "--Backend:Accounts:anna:Cameras:0", $"{device.Device}",
            "--Backend:Accounts:otto:Password", "hidden");
        var address = await backend.LineAsync("Now listening on: ");
        await camera.LineAsync("The device's connection: Connected");

        await using var app = new SampleProgram(samples.PathOf("App"), folder, address, "anna", "secret", $"{device.Device}");
        (await app.ExitAsync()).ShouldBe(0, app.Output);
        app.Output.ShouldMatch(@"^(\d\d:\d\d:\d\d\n){3}$");
        await AssertRefusedAsync(folder, 401, address, "anna", "guess", $"{device.Device}");
        await AssertRefusedAsync(folder, 404, address, "otto", "hidden", $"{device.Device}");
        await camera.StopAsync();
        await backend.StopAsync();

        camera.Output.ShouldContain("A viewer watches.");
        camera.Output.ShouldContain("The device's connection: Closed.");
    }

    private async Task AssertRefusedAsync(DirectoryInfo folder, int status, params string[] arguments)
    {
        await using var app = new SampleProgram(samples.PathOf("App"), folder, arguments);
        (await app.ExitAsync()).ShouldBe(1);
        app.Output.ShouldBe($"The backend refused: {status}\n");
    }

    /// <summary>A device of a product of its own, and a folder with the keys of both.</summary>
    private async Task<(DeviceAddress Device, DirectoryInfo Folder, string Product)> ProvisionAsync()
    {
        await samples.BuildAsync();
        using var productKey = new SigningKey();
        using var deviceKey = new SigningKey();
        var product = await samples.Api.CreateProductAsync();
        await samples.Api.AddProductKeyAsync(product, productKey);
        var device = await samples.Api.CreateDeviceAsync(product, deviceKey);
        var folder = samples.Folder.CreateSubdirectory($"{device.Device}");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "device.key"), deviceKey.PrivatePem);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "product.key"), productKey.PrivatePem);
        return (device, folder, product.Value);
    }
}
