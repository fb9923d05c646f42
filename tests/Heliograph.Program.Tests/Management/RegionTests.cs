namespace Heliograph.Program.Tests.Management;

/// <summary>Commands that make a product without being told where, on a service whose region is not the default one.</summary>
public sealed class RegionTests
{
    [Fact]
    public async Task NoRegionNamed_ItIsTheServicesOwn()
    {
        using var folder = new TempFolder();
        await using var service = await HeliographProcess.ServeAsync(folder.Sub("data"), new Dictionary<string, string> { ["HELIOGRAPH_Registry__Region"] = "eu" });
        using var cli = new Cli().For(service);

        (await cli.JsonAsync("product", "create")).Text("region").ShouldBe("eu");
        (await cli.RunAsync("product", "create", "--region", "local")).FailedWith(1, "region", "'local'", "'eu'");
        (await cli.RunAsync("doctor", service.BaseUrl, "--api-key-file", service.ApiKeyFile)).Succeeded();
    }
}
