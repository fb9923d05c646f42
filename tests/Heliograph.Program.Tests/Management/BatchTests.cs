using Heliograph.Protocol;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Heliograph.Program.Tests.Management;

public sealed class BatchTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>, IDisposable
{
    private readonly Cli _cli = new Cli().For(fixture.Service);

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Batch_OfTenThousand_PrintsTheirNames()
    {
        var product = await ProductAsync();

        var result = (await _cli.RunAsync("device", "batch", product, "--count", "10000", "--tag", "run=1")).Succeeded();

        result.Lines.Distinct().Count().ShouldBe(10_000);
        result.Lines.ShouldAllBe(line => line.StartsWith(product + "/wd-", StringComparison.Ordinal));
        result.Errors.Trim().ShouldHaveSingleLine().ShouldContain("10,000 devices");
        (await _cli.JsonAsync("product", "show", product))["configuredDevices"]!.GetValue<int>().ShouldBe(10_000);
        var last = await _cli.JsonAsync("device", "show", result.Lines[^1]);
        last["tags"]!.Text("run").ShouldBe("1");
        last["batchId"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task Batch_LargerThanACallTakes_IsMadeInSeveral()
    {
        var product = await ProductAsync();

        var devices = (await _cli.JsonAsync("device", "batch", product, "--count", "10001")).AsArray();

        devices.Count.ShouldBe(10_001);
        devices.Select(x => x!["batchId"]!.GetValue<int>()).Distinct().ShouldBe([1, 2]);
    }

    [Theory]
    [InlineData("made.csv")]
    [InlineData("made.json")]
    public async Task Batch_ThatIsRefused_LeavesNoFile(string file)
    {
        (await _cli.RunAsync("device", "batch", "wp-nosuchpr", "--count", "3", "--out", file)).FailedWith(3);

        _cli.Folder.Info.GetFiles().ShouldBeEmpty();
    }

    [Fact]
    public async Task Batch_ThatFailsMidway_TellsWhatWasMadeAsWholeJson()
    {
        var calls = 0;
        await using var fake = await FakeService.StartAsync(_ => Interlocked.Increment(ref calls) == 1
            ? FakeService.Json(200, """{"devices":[{"productId":"wp-11111111","deviceId":"wd-1111111111111111","publicKeys":[],"tags":{},"created":"2026-01-01T00:00:00Z","connected":false}],"count":1,"batchId":1}""")
            : FakeService.Json(503, """{"message":"Later.","code":"UNAVAILABLE"}"""));

        var result = await _cli.RunAsync("device", "batch", "wp-11111111", "--count", "2", "--json", "--out", "made.json", "--url", fake.Url, "--api-key", "key");

        result.ExitCode.ShouldBe(5, result.Errors);
        result.Json.AsArray().ShouldHaveSingleItem()!.Text("deviceId").ShouldBe("wd-1111111111111111");
        JsonNode.Parse(await File.ReadAllTextAsync(_cli.Folder.PathOf("made.json")))!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Batch_WithKeys_WritesThemForTheOwnerAloneAndTheDevicesCanConnect()
    {
        var product = await ProductAsync();

        var devices = (await _cli.JsonAsync("device", "batch", product, "--count", "30", "--generate-keys", "keys", "--out", "made.csv")).AsArray();

        devices.Count.ShouldBe(30);
        File.GetUnixFileMode(_cli.Folder.PathOf("keys")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.GetFiles(_cli.Folder.PathOf("keys")).ShouldAllBe(file => File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        var device = devices[7]!;
        var id = device.Text("deviceId");
        using var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(_cli.Folder.PathOf($"keys/{id}.pem")));
        var keyId = KeyId.Of(KeyOwner.Device, key.ExportSubjectPublicKeyInfo()).Value;
        device["publicKeys"]![0]!.Text("id").ShouldBe(keyId);
        var shown = await _cli.JsonAsync("device", "show", $"{product}/{id}");
        // The service alone knows when it took the key.
        foreach (var node in (JsonNode[])[shown, device])
            node["publicKeys"]![0]!.AsObject().Remove("created").ShouldBeTrue();
        shown.ToJsonString().ShouldBe(device.ToJsonString());

        using var api = fixture.Service.CreateApiClient();
        var address = new DeviceAddress(ProductId.Parse(product), DeviceId.Parse(id));
        var token = TokenWriter.Write(key, KeyOwner.Device, address, TokenScopes.DeviceConnect, DateTimeOffset.UtcNow, TimeSpan.FromMinutes(5));
        (await api.ConnectDeviceAsync(address, token)).Status.ShouldBe(System.Net.HttpStatusCode.OK);

        var csv = await File.ReadAllLinesAsync(_cli.Folder.PathOf("made.csv"));
        csv[0].ShouldBe("deviceId,batchId,publicKey");
        csv.Skip(1).Select(line => line.Split(',')[0]).ShouldBe(devices.Select(x => x!.Text("deviceId")));
    }

    [Fact]
    public async Task Batch_ThatWasInterrupted_IsGoneOnWith()
    {
        var product = await ProductAsync();
        (await _cli.RunAsync("device", "batch", product, "--count", "5", "--generate-keys", "keys")).Succeeded();
        // As if it had been cut off before the service heard of the sixth.
        var sixth = DeviceId.New();
        File.Copy(Directory.GetFiles(_cli.Folder.PathOf("keys"))[0], _cli.Folder.PathOf($"keys/{sixth}.pem"));

        (await _cli.RunAsync("device", "batch", product, "--count", "8", "--generate-keys", "keys")).FailedWith(1, "'keys'", "6 keys", "--resume");
        var devices = (await _cli.JsonAsync("device", "batch", product, "--count", "8", "--generate-keys", "keys", "--resume")).AsArray();

        devices.Count.ShouldBe(8);
        devices.ShouldContain(x => x!.Text("deviceId") == sixth.Value);
        var listed = (await _cli.JsonAsync("device", "list", product)).AsArray();
        listed.Count.ShouldBe(8);
        listed.ShouldAllBe(x => x!["publicKeys"]!.AsArray().Count == 1);
        (await _cli.RunAsync("device", "batch", product, "--count", "7", "--generate-keys", "keys", "--resume")).FailedWith(1, "more than --count");
    }

    [Fact]
    public async Task Batch_WithKeysForAProductThatThereIsNot_MakesNoKey()
    {
        (await _cli.RunAsync("device", "batch", "wp-aaaaaaaa", "--count", "5", "--generate-keys", "keys")).FailedWith(3, "wp-aaaaaaaa");

        Directory.GetFiles(_cli.Folder.PathOf("keys")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Out_AsJson_IsAnArrayOfDevices()
    {
        (await _cli.RunAsync("device", "batch", await ProductAsync(), "--count", "3", "--out", "made.json")).Succeeded().Output.ShouldBeEmpty();

        System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(_cli.Folder.PathOf("made.json")))!.AsArray().Count.ShouldBe(3);
    }

    [Fact]
    public async Task Out_ToAFileThatIsThere_IsRefusedBeforeAnythingIsMade()
    {
        var product = await ProductAsync();
        _cli.Folder.Write("made.csv", "precious");

        (await _cli.RunAsync("device", "batch", product, "--count", "3", "--out", "made.csv")).FailedWith(1, "--out", "'made.csv'");

        (await File.ReadAllTextAsync(_cli.Folder.PathOf("made.csv"))).ShouldBe("precious");
        (await _cli.JsonAsync("device", "list", product)).AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "--count")]
    [InlineData("--count 0", "--count")]
    [InlineData("--count many", "many")]
    [InlineData("--count 3 --resume", "--generate-keys")]
    public async Task Batch_NotUnderstood_SaysWhatIsWrong(string options, string reason) =>
        (await _cli.RunAsync(["device", "batch", "wp-aaaaaaaa", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)])).NotUnderstood(reason);

    private async Task<string> ProductAsync() => (await _cli.RunAsync("product", "create")).Succeeded().Output.Trim();
}
