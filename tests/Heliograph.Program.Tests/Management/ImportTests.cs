using System.Text.Json.Nodes;

namespace Heliograph.Program.Tests.Management;

public sealed class ImportTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>, IDisposable
{
    private const string One = "wd-0000000000000001";
    private const string Two = "wd-0000000000000002";
    private const string Three = "wd-0000000000000003";

    private readonly Cli _cli = new Cli().For(fixture.Service);
    private readonly SigningKey _key = new();

    public void Dispose()
    {
        _key.Dispose();
        _cli.Dispose();
    }

    [Fact]
    public async Task Csv_WithAllColumns_SetsThemAll()
    {
        var product = await ProductAsync();
        Directory.CreateDirectory(_cli.Folder.PathOf("import"));
        _cli.Folder.Write("import/two.pub", _key.PublicPem);
        _cli.Folder.Write("import/devices.csv", $""""
            deviceId,name,publicKey,tag:serial,tag:colour
            {One},"Gate, ""north""","{_key.PublicPem.Trim()}",4711,red

            {Two},,two.pub,4712,
            {Three.ToUpperInvariant()},Door,{_key.PublicPem.Trim().Replace("\n", "\\n", StringComparison.Ordinal)},,
            """");

        var summary = await _cli.JsonAsync("device", "import", product, "import/devices.csv", "--tag", "run=1", "--tag", "colour=none");

        summary.ToJsonString().ShouldBe("""{"devices":3,"created":3,"existing":0,"keys":3,"namesAndTags":3,"dryRun":false}""");
        var devices = await ListAsync(product);
        devices.Select(x => x!.Text("deviceId")).ShouldBe([One, Two, Three]);
        devices.Select(x => x!["name"]?.GetValue<string>()).ShouldBe(["Gate, \"north\"", null, "Door"]);
        devices.ShouldAllBe(x => x!["publicKeys"]![0]!.Text("key") == _key.PublicPem + "\n");
        devices.Select(x => string.Join(' ', x!["tags"]!.AsObject().Select(t => $"{t.Key}={t.Value}").Order())).ShouldBe(
            ["colour=red run=1 serial=4711", "colour=none run=1 serial=4712", "colour=none run=1"]);
    }

    [Theory]
    [InlineData("""{"deviceId":"\ud800"}""")]
    [InlineData("""{"deviceId":"wd-0000000000000001","\ud800":"x"}""")]
    [InlineData("""{"deviceId":"wd-0000000000000001","tags":{"\ud800":"x"}}""")]
    [InlineData("""{"deviceId":"wd-0000000000000001","publicKeys":[{"key":"\ud800"}]}""")]
    public async Task JsonLines_WithHalfOfASurrogatePair_AreNoJson(string line)
    {
        _cli.Folder.Write("devices.jsonl", line);

        var result = await _cli.RunAsync("device", "import", await ProductAsync(), "devices.jsonl");

        result.ExitCode.ShouldBe(1, result.Errors);
        result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldAllBe(x => x.StartsWith("heliograph: ", StringComparison.Ordinal));
        result.Errors.ShouldContain("devices.jsonl:1: ");
    }

    [Theory]
    [InlineData(One + "\n" + Two + "\n")]
    [InlineData("\uFEFF" + One + "\r\n" + Two + "\r\n")]
    [InlineData("deviceid\r\n" + One + "\r\n\r\n" + Two)]
    [InlineData("{\"deviceId\":\"" + One + "\"}\n\n{\"deviceId\":\"" + Two + "\",\"name\":null}\n")]
    public async Task File_OfAnyForm_IsReadFromStandardInput(string text)
    {
        var product = await ProductAsync();

        (await _cli.RunAsync(text, ["device", "import", product, "-"])).Succeeded().Errors.ShouldContain("Created 2 devices");

        (await ListAsync(product)).Select(x => x!.Text("deviceId")).ShouldBe([One, Two]);
    }

    [Fact]
    public async Task List_OfAnotherProductAsJson_CanBeImported()
    {
        var (from, to) = (await ProductAsync(), await ProductAsync());
        await _cli.RunAsync("device", "batch", from, "--count", "3", "--generate-keys", "keys", "--tag", "a=1");

        var list = (await _cli.RunAsync("device", "list", from, "--json")).Succeeded().Output;
        (await _cli.RunAsync(list, ["device", "import", to, "-"])).Succeeded().Errors.ShouldContain("added 3 keys");

        string[] Kept(JsonArray devices) => [.. devices.Select(x => $"{x!["deviceId"]} {KeysOf(x)} {x["tags"]!.ToJsonString()}")];
        Kept(await ListAsync(to)).ShouldBe(Kept(await ListAsync(from)));
    }

    [Fact]
    public async Task OutOfABatch_CanBeImportedElsewhere()
    {
        var (from, to) = (await ProductAsync(), await ProductAsync());
        await _cli.RunAsync("device", "batch", from, "--count", "3", "--generate-keys", "keys", "--out", "made.csv");

        (await _cli.RunAsync("device", "import", to, "made.csv")).Succeeded();

        (await ListAsync(to)).Select(x => KeysOf(x!)).ShouldBe((await ListAsync(from)).Select(x => KeysOf(x!)));
    }

    [Fact]
    public async Task File_WithBadLines_NamesThemAllAndDoesNothing()
    {
        var product = await ProductAsync();
        await _cli.RunAsync(Three, ["device", "import", product, "-"]);
        _cli.Folder.Write("devices.csv", $"""
            deviceId,publicKey,name
            {One},,fine
            bogus,,
            {Two},nowhere.pem,
            {One},,again
            ,,nobody
            {Three},,taken
            wd-0000000000000004,,{new string('x', 201)}
            wd-0000000000000005,-----BEGIN PUBLIC KEY-----,
            wd-0000000000000006,,a,b
            wd-0000000000000007,,a"b
            """);

        var result = await _cli.RunAsync("device", "import", product, "devices.csv");

        result.ExitCode.ShouldBe(1);
        var lines = result.Errors.Trim().Split('\n');
        string[] expected =
        [
            "devices.csv:3: deviceId: 'bogus'", "devices.csv:4: publicKey: there is no file", "devices.csv:5: deviceId: '" + One + "' is on line 2",
            "devices.csv:6: deviceId: is missing", "devices.csv:7: there is a device '" + Three, "devices.csv:8: name: has 201", "devices.csv:9: publicKey: is not PEM",
            "devices.csv:10: has 4 fields", "devices.csv:11: has a quote in the middle", "9 problems in devices.csv; nothing was done",
        ];
        lines.Length.ShouldBe(expected.Length, result.Errors);
        foreach (var (line, words) in lines.Zip(expected))
            line.ShouldStartWith("heliograph: " + words);
        (await ListAsync(product)).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("{\"deviceId\":\"wd-0000000000000001\"}\nnot json", ":2: is not a JSON object")]
    [InlineData("{\"deviceId\":1}", ":1: deviceId: must be a text")]
    [InlineData("{\"deviceId\":\"wd-0000000000000001\",\"nmae\":\"x\"}", ":1: there is no field 'nmae'")]
    [InlineData("{\"deviceId\":\"wd-0000000000000001\",\"tags\":{\"a\":1}}", ":1: tags: must be")]
    [InlineData("{\"deviceId\":\"wd-0000000000000001\",\"publicKeys\":[1]}", ":1: publicKeys: must be")]
    [InlineData("id,name\n", ":1: there is no column 'id'")]
    [InlineData("name\nx", ":1: the column deviceId is missing")]
    [InlineData("deviceId,deviceId\n", ":1: the column 'deviceId' is there twice")]
    [InlineData("deviceId,name\nwd-0000000000000001,\"open", ":2: a quote is opened")]
    public async Task File_ThatIsMalformed_SaysWhere(string text, string problem)
    {
        var result = await _cli.RunAsync(text, ["device", "import", await ProductAsync(), "-"]);

        result.ExitCode.ShouldBe(1);
        result.Errors.ShouldContain($"heliograph: standard input{problem}");
        result.Errors.ShouldContain("nothing was done");
    }

    [Theory]
    [InlineData("")]
    [InlineData("deviceId,name\n")]
    public async Task File_WithoutDevices_SaysSo(string text) =>
        (await _cli.RunAsync(text, ["device", "import", await ProductAsync(), "-"])).FailedWith(1, "standard input", "no devices");

    [Fact]
    public async Task File_ThatThereIsNot_IsNamed() =>
        (await _cli.RunAsync("device", "import", await ProductAsync(), "none.csv")).FailedWith(1, "'none.csv'");

    [Fact]
    public async Task DryRun_OfAGoodFile_SaysWhatWouldBeDoneAndDoesNothing()
    {
        var product = await ProductAsync();

        var result = (await _cli.RunAsync($"deviceId,name\n{One},a\n{Two},\n", ["device", "import", product, "-", "--dry-run"])).Succeeded();

        result.Errors.Trim().ShouldBe("Would create 2 devices, would add 0 keys, would set names or tags of 1 device.");
        (await ListAsync(product)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Resume_WhereSomeExist_CreatesTheRestAndCompletesAll()
    {
        var product = await ProductAsync();
        await _cli.RunAsync(One, ["device", "import", product, "-"]);
        var file = _cli.Folder.Write("devices.csv", $"deviceId,name\n{One},a\n{Two},b\n");

        (await _cli.RunAsync("device", "import", product, file)).ExitCode.ShouldBe(1);
        (await _cli.RunAsync("device", "import", product, file, "--resume")).Succeeded().Errors.ShouldContain("Created 1 device (1 existed)");

        (await ListAsync(product)).Select(x => x!.Text("name")).ShouldBe(["a", "b"]);
    }

    private async Task<string> ProductAsync() => (await _cli.RunAsync("product", "create")).Succeeded().Output.Trim();

    /// <summary>A device's keys without when they were added, which no file says.</summary>
    private static string KeysOf(JsonNode device) => string.Join(' ', device["publicKeys"]!.AsArray().Select(x => $"{x!["id"]} {x["key"]}"));

    private async Task<JsonArray> ListAsync(string product) => (await _cli.JsonAsync("device", "list", product)).AsArray();
}
