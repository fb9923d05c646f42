using Heliograph.Protocol;

namespace Heliograph.Program.Tests.Management;

public sealed class DeviceCommandTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>, IDisposable
{
    private readonly Cli _cli = new Cli().For(fixture.Service);

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Create_ForAPerson_PrintsTheNameThatOtherCommandsTake()
    {
        var device = (await _cli.RunAsync("device", "create", await ProductAsync(), "--name", "Gate", "--tag", "room=1")).Succeeded().Output.Trim();

        device.ShouldMatch("^wp-[a-z0-9]{8}/wd-[a-z0-9]{16}$");
        var shown = (await _cli.RunAsync("device", "show", device.ToUpperInvariant())).Succeeded().Output;
        shown.ShouldMatch($"^Device +{device}\n");
        shown.ShouldMatch("\nOnline +no\nLast connect +never\n");
    }

    [Fact]
    public async Task Json_OfShow_IsTheBodyOfTheApi() =>
        (await _cli.JsonAsync("device", "show", await DeviceAsync(await ProductAsync()))).Fields().ShouldBe(
            ["productId", "deviceId", "name", "publicKeys", "batchId", "tags", "created", "connected", "lastConnect"]);

    [Fact]
    public async Task Update_OfNameAndTags_ChangesThem()
    {
        var device = await DeviceAsync(await ProductAsync(), "--name", "old", "--tag", "a=1");

        var updated = await _cli.JsonAsync("device", "update", device, "--name", "new", "--tag", "b=2");

        updated.Text("name").ShouldBe("new");
        updated["tags"]!.Fields().ShouldBe(["a", "b"]);
        (await _cli.RunAsync("device", "update", device, "--no-name", "--clear-tags")).Succeeded().Output.ShouldMatch("\nName +-\nTags +-\n");
    }

    [Fact]
    public async Task Delete_WithYes_DeletesIt()
    {
        var device = await DeviceAsync(await ProductAsync());

        (await _cli.RunAsync("device", "delete", device, "-y")).Succeeded();

        (await _cli.RunAsync("device", "show", device)).FailedWith(3, device.Split('/')[1]);
    }

    [Theory]
    [InlineData("wd-3xtqp3hy4xxy3av3", "without its product")]
    [InlineData("wp-39wu7tex", "names a product")]
    [InlineData("wp-39wu7tex/bogus", "'bogus' is not a device ID")]
    [InlineData("bogus/wd-3xtqp3hy4xxy3av3", "'bogus' is not a product ID")]
    [InlineData("a/b/c", "is not a device")]
    public async Task Show_OfWhatIsNoDevice_SaysWhatIsWrong(string device, string reason) =>
        (await _cli.RunAsync("device", "show", device)).NotUnderstood($"'{device}'", reason);

    [Fact]
    public async Task List_WithFilters_ShowsThoseThatPassAllOfThem()
    {
        var product = await ProductAsync();
        var red = await DeviceAsync(product, "--tag", "colour=red", "--tag", "size=1");
        var red2 = await DeviceAsync(product, "--tag", "colour=red", "--tag", "size=2");
        var blue = await DeviceAsync(product, "--tag", "colour=blue", "--tag", "size=1");
        using var api = fixture.Service.CreateApiClient();
        using var key = new SigningKey();
        var address = new DeviceAddress(ProductId.Parse(product), DeviceId.Parse(blue.Split('/')[1]));
        await api.AddDeviceKeyAsync(address, key);
        await using var peer = await api.OpenDeviceAsync(address, key);
        await peer.DrainAsync();

        (await NamesAsync(product)).ShouldBe(((string[])[red, red2, blue]).Order(StringComparer.Ordinal));
        (await NamesAsync(product, "--tag", "colour=red", "--tag", "size=2")).ShouldBe([red2]);
        (await NamesAsync(product, "--tag", "colour=green")).ShouldBeEmpty();
        (await NamesAsync(product, "--limit", "2")).Count.ShouldBe(2);
        (await NamesAsync(product, "--connected")).ShouldBe([blue]);
        (await _cli.RunAsync("device", "list", product, "--connected")).Lines[1].ShouldMatch($"^{blue}  yes     20..-..-.. ..:.. +1 ");
    }

    [Fact]
    public async Task List_OfMoreThanAPage_HasThemAllOnce()
    {
        var product = await ProductAsync();
        (await _cli.RunAsync("device", "batch", product, "--count", "2500")).Succeeded();

        var table = (await _cli.RunAsync("device", "list", product)).Succeeded().Lines;
        var json = (await _cli.JsonAsync("device", "list", product)).AsArray();

        table.Count.ShouldBe(2501);
        table.Select(line => line.Length).Distinct().Count().ShouldBeLessThan(4, "The columns of all rows are aligned.");
        json.Select(x => x!.Text("deviceId")).Distinct().Count().ShouldBe(2500);
        json.Count.ShouldBe(2500);
    }

    [Fact]
    public async Task List_OfNoDevices_IsAnEmptyArrayOrAHeading()
    {
        var product = await ProductAsync();

        (await _cli.JsonAsync("device", "list", product)).AsArray().ShouldBeEmpty();
        (await _cli.RunAsync("device", "list", product)).Succeeded().Lines.ShouldHaveSingleItem().ShouldStartWith("DEVICE ");
    }

    [Fact]
    public async Task List_WithALimitOfZero_SaysWhatItMayBe() => (await _cli.RunAsync("device", "list", "wp-aaaaaaaa", "--limit", "0")).NotUnderstood("--limit");

    [Fact]
    public async Task Usage_OfProductAndDevice_CountsMessages()
    {
        var device = await DeviceAsync(await ProductAsync());

        (await _cli.RunAsync("usage", device)).Succeeded().Lines[0].ShouldMatch("^USAGE +THIS MONTH +LAST MONTH$");
        var usage = await _cli.JsonAsync("usage", device.Split('/')[0]);
        usage.ToJsonString().ShouldBe("""{"signalingMessageCount":{"thisMonth":0,"lastMonth":0},"relayByteCount":{"thisMonth":0,"lastMonth":0}}""");
        (await _cli.RunAsync("usage", "wp-aaaaaaaa")).FailedWith(3, "wp-aaaaaaaa");
        (await _cli.RunAsync("usage", "bogus")).NotUnderstood("'bogus'");
    }

    private async Task<string> ProductAsync() => (await _cli.RunAsync("product", "create")).Succeeded().Output.Trim();

    private async Task<string> DeviceAsync(string product, params string[] options) =>
        (await _cli.RunAsync(["device", "create", product, .. options])).Succeeded().Output.Trim();

    private async Task<IReadOnlyList<string>> NamesAsync(string product, params string[] options) =>
        [.. (await _cli.JsonAsync(["device", "list", product, .. options])).AsArray().Select(x => $"{x!.Text("productId")}/{x!.Text("deviceId")}")];
}
