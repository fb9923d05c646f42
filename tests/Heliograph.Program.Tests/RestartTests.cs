using System.Net;

namespace Heliograph.Program.Tests;

/// <summary>What outlives the process, however it ended.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Kill_AndRestart_KeepsRegistryAndApiKey()
    {
        await using var first = await HeliographProcess.ServeAsync(_folder.Sub("data"));
        using var before = first.CreateApiClient();
        using var key = new SigningKey();
        var device = await before.CreateDeviceAsync(await before.CreateProductAsync("kept"), key);
        await first.KillAsync();

        await using var second = await HeliographProcess.ServeAsync(_folder.Sub("data"));

        using var after = new ApiClient(second.BaseUrl, before.ApiKey);
        var product = (await after.ManageAsync(HttpMethod.Get, $"/v1/webrtc/products/{device.Product}")).Require(HttpStatusCode.OK);
        product["name"]!.GetValue<string>().ShouldBe("kept");
        await using var peer = await after.OpenDeviceAsync(device, key);
        (await File.ReadAllTextAsync(second.ApiKeyFile, TestContext.Current.CancellationToken)).Trim().ShouldBe(before.ApiKey);
    }

    [Fact]
    public async Task Kill_AndRestart_KeepsTheSignalingUrlOfAClientWithItsChannel()
    {
        await using var first = await HeliographProcess.ServeAsync(_folder.Sub("data"));
        using var before = first.CreateApiClient();
        using var key = new SigningKey();
        var product = await before.CreateProductAsync();
        await before.AddProductKeyAsync(product, key);
        var address = await before.CreateDeviceAsync(product, key);
        var (client, channel, url) = await before.OpenClientAsync(address, key.ClientToken(address));
        await first.KillAsync();
        await client.Ended;
        await client.DisposeAsync();

        // Where it was before, as a client looks for it nowhere else.
        await using var second = await HeliographProcess.ServeAsync(_folder.Sub("data"), "--listen", first.BaseUrl);
        using var after = second.CreateApiClient();
        await using var device = await after.OpenDeviceAsync(address, key);
        await using var again = await TestPeer.OpenAsync(url);

        await again.SendMessageAsync(channel, "1");
        // Both came at about the same time, so the device may be told of the channel once or twice.
        string received;
        while ((received = await device.ReceiveAsync()).Contains("PEER_CONNECTED", StringComparison.Ordinal))
            received.ShouldBe($$"""{"type":"PEER_CONNECTED","channelId":"{{channel}}"}""");
        received.ShouldBe($$"""{"type":"MESSAGE","channelId":"{{channel}}","authorized":true,"message":1}""");
    }

    [Fact]
    public async Task ApiKeyFile_ThatCouldNotBeWritten_IsWrittenByTheNextStart()
    {
        // Even root can't write a file where a folder is.
        Directory.CreateDirectory(_folder.PathOf("data/api-key"));
        await using (var refused = HeliographProcess.Start(["serve", "--data", _folder.PathOf("data"), "--listen", "http://127.0.0.1:0"]))
        {
            (await refused.ExitAsync()).ShouldBe(1);
            refused.Log.ShouldContain(_folder.PathOf("data/api-key"));
        }

        Directory.Delete(_folder.PathOf("data/api-key"));
        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"));

        using var api = service.CreateApiClient();
        await api.CreateProductAsync();
    }

    [Fact]
    public async Task ApiKeyFile_LeftEmptyByAKill_GetsAnotherKey()
    {
        await using (var first = await HeliographProcess.ServeAsync(_folder.Sub("data")))
            await first.KillAsync();
        _folder.Write("data/api-key", "");

        await using var second = await HeliographProcess.ServeAsync(_folder.Sub("data"));

        using var api = second.CreateApiClient();
        await api.CreateProductAsync();
    }

    [Fact]
    public async Task ApiKeyFile_Removed_IsNotMadeAnew()
    {
        await using var first = await HeliographProcess.ServeAsync(_folder.Sub("data"));
        using var before = first.CreateApiClient();
        File.Delete(first.ApiKeyFile);
        await first.KillAsync();

        await using var second = await HeliographProcess.ServeAsync(_folder.Sub("data"), "--console-link");

        // An operator who has put the key away does not find it lying about again; it works all the same.
        File.Exists(_folder.PathOf("data/api-key")).ShouldBeFalse();
        second.ConsoleLink.ShouldBe(second.BaseUrl + "/console");
        using var after = new ApiClient(second.BaseUrl, before.ApiKey);
        (await after.ManageAsync(HttpMethod.Get, "/v1/webrtc/products")).Status.ShouldBe(HttpStatusCode.OK);
    }
}
