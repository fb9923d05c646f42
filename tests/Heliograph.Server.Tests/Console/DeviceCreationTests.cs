using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Management;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Console;

public class DeviceCreationTests
{
    private const string One = "wd-0000000000000001";
    private const string Two = "wd-0000000000000002";
    private const string Three = "wd-0000000000000003";
    private const string Markup = "<img src=x onerror=alert(1)>";

    [Fact]
    public async Task NewDevice_WithAllFields_HasThem()
    {
        await using var scene = await SceneAsync();
        using var key = new SigningKey();

        var answer = await scene.Visitor.SubmitAsync($"{scene.Devices}/new", "create", new Dictionary<string, string>
        {
            ["Name"] = Markup, ["TagName"] = " site ", ["TagValue"] = "a=b", ["DeviceId"] = One.ToUpperInvariant(), ["PublicKey"] = key.PublicPem,
        });

        answer.Location.ShouldEndWith($"/devices/{One}?done=device-created");
        var device = (await scene.Service.Api.ManageAsync(HttpMethod.Get, $"{Paths.Of(scene.Product)}/devices/{One}")).Require(HttpStatusCode.OK);
        device.Text("name").ShouldBe(Markup);
        device["tags"]!.ToJsonString().ShouldBe("""{"site":"a=b"}""");
        device["publicKeys"]!.AsArray().Count.ShouldBe(1);
        device["batchId"].ShouldBeNull();
    }

    [Theory]
    [InlineData("DeviceId", "bogus", "Must be 'wd-' and 16 letters or digits")]
    [InlineData("PublicKey", Markup, "Is not PEM")]
    public async Task NewDevice_WithABadField_SaysSoAndKeepsTheForm(string field, string value, string problem)
    {
        await using var scene = await SceneAsync();

        var answer = await scene.Visitor.SubmitAsync($"{scene.Devices}/new", "create", new Dictionary<string, string> { ["Name"] = "Gate", [field] = value });

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Text.ShouldContain(problem);
        answer.Html.ShouldContain("value=\"Gate\"");
        answer.Html.ShouldNotContain("<img src=x");
        (await CountAsync(scene)).ShouldBe(0);
    }

    [Fact]
    public async Task NewDevice_WithATakenId_IsRefused()
    {
        await using var scene = await SceneAsync();
        var fields = new Dictionary<string, string> { ["DeviceId"] = One };
        (await scene.Visitor.SubmitAsync($"{scene.Devices}/new", "create", fields)).Status.ShouldBe(HttpStatusCode.Redirect);

        var again = await scene.Visitor.SubmitAsync($"{scene.Devices}/new", "create", fields);

        again.Status.ShouldBe(HttpStatusCode.Conflict);
        again.Text.ShouldContain($"'{One}' is taken");
    }

    [Fact]
    public async Task Batch_OfDevices_IsListedAndExported()
    {
        await using var scene = await SceneAsync();

        var answer = await scene.Visitor.SubmitAsync($"{scene.Devices}/batch", "batch", new Dictionary<string, string> { ["Count"] = "30", ["TagName"] = "run", ["TagValue"] = "7" });

        var list = await scene.Visitor.GetAsync(answer.Location!);
        list.Text.ShouldContain("30 devices of 30");
        list.Text.ShouldContain("run=7");
        var csv = await scene.Visitor.GetAsync($"{scene.Devices}/export.csv?q=batch:1");
        csv.Html.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(31);
        (await scene.Visitor.SubmitAsync($"{scene.Devices}/batch", "batch", new Dictionary<string, string> { ["Count"] = "10001" })).Text.ShouldContain("from 1 to 10,000");
        (await scene.Visitor.SubmitAsync($"{scene.Devices}/batch", "batch", new Dictionary<string, string> { ["Count"] = Markup })).Html.ShouldNotContain("<img src=x");
    }

    [Theory]
    [InlineData(",", "\n", "")]
    [InlineData(";", "\r\n", "\uFEFF")]
    [InlineData("\t", "\r\n", "\uFEFF")]
    public async Task Import_OfGoodLines_ShowsThenCreatesThem(string separator, string lineEnd, string mark)
    {
        await using var scene = await SceneAsync();
        using var key = new SigningKey();
        string[] lines =
        [
            Row("deviceId", "publicKey", "name", "tag:site"),
            Row(One, $"\"{key.PublicPem}\"", "\"Gate, \"\"north\"\"; the\tone\"", "Oslo"),
            "",
            Row(Two.ToUpperInvariant(), Base64Of(key), Markup, ""),
            Row(Three, "", "", "Bergen"),
        ];

        var preview = await PreviewAsync(scene, mark + string.Join(lineEnd, lines));
        preview.Status.ShouldBe(HttpStatusCode.OK);
        preview.Text.ShouldContain("Devices to create 3");
        preview.Text.ShouldContain("Bad lines 0");
        (await CountAsync(scene)).ShouldBe(0);
        var done = await ImportAsync(scene, preview);

        done.Status.ShouldBe(HttpStatusCode.Redirect, done.Text);
        var devices = (await scene.Service.Api.ManageAsync(HttpMethod.Get, $"{Paths.Of(scene.Product)}/devices")).Json.AsArray();
        devices.Select(x => x!.Text("deviceId")).ShouldBe([One, Two, Three]);
        devices.Select(x => x!["name"]?.GetValue<string>()).ShouldBe(["Gate, \"north\"; the\tone", Markup, null]);
        devices.Select(x => x!["publicKeys"]!.AsArray().Count).ShouldBe([1, 1, 0]);
        devices.Select(x => x!["tags"]!.ToJsonString()).ShouldBe(["""{"site":"Oslo"}""", "{}", """{"site":"Bergen"}"""]);
        devices.Select(x => x!["batchId"]!.GetValue<long>()).Distinct().ShouldBe([1]);

        string Row(params string[] cells) => string.Join(separator, cells);
    }

    [Fact]
    public async Task Import_OfBadLines_NamesEachAndCreatesTheGoodOnes()
    {
        await using var scene = await SceneAsync();
        using var key = new SigningKey();
        await scene.Service.Api.ManageAsync(HttpMethod.Post, $"{Paths.Of(scene.Product)}/custom-devices", new JsonObject { ["deviceIds"] = new JsonArray(Three) });
        var preview = await PreviewAsync(scene, $"""
            deviceId,publicKey,name
            {One},{Base64Of(key)},"two
            lines"
            {Markup},,
            {One},,
            {Three},,
            {Two},{Markup},
            {Two}x,"{key.PublicPem.Replace("M", "N", StringComparison.Ordinal)}",
            wd-0000000000000009,,{new string('n', 201)}
            wd-0000000000000009,
            """);

        preview.Status.ShouldBe(HttpStatusCode.OK);
        preview.Html.ShouldNotContain("<img src=x");
        foreach (var problem in (string[])
            [
                $"4 deviceId: '{Markup}' is not a device ID", $"5 deviceId: '{One}' is on line 2 already", $"6 deviceId: there is a device '{Three}' already",
                "7 publicKey: is not PEM", $"8 deviceId: '{Two}x' is not a device ID", "8 publicKey: ", "name: has 201 characters", "has 2 fields; the heading line has 3",
            ])
            WebUtility.HtmlDecode(Regex.Replace(preview.Html, "<[^>]*>", " ", RegexOptions.None, TimeSpan.FromSeconds(1))).Replace("  ", " ", StringComparison.Ordinal).ShouldContain(problem);
        preview.Text.ShouldContain("Create the good one");

        (await ImportAsync(scene, preview)).Status.ShouldBe(HttpStatusCode.Redirect);
        (await CountAsync(scene)).ShouldBe(2);
    }

    [Fact]
    public async Task Import_WhoseIdsWereTakenSinceThePreview_CreatesNothing()
    {
        await using var scene = await SceneAsync();
        var preview = await PreviewAsync(scene, $"{One}\n{Two}");
        await scene.Service.Api.ManageAsync(HttpMethod.Post, $"{Paths.Of(scene.Product)}/custom-devices", new JsonObject { ["deviceIds"] = new JsonArray(Two) });

        var done = await ImportAsync(scene, preview);

        done.Status.ShouldBe(HttpStatusCode.Conflict);
        done.Text.ShouldContain($"2 deviceId: there is a device '{Two}' already");
        (await CountAsync(scene)).ShouldBe(1);
    }

    [Theory]
    [InlineData("", "choose a file that is not empty")]
    [InlineData("\n\n \n", "has no devices in it")]
    [InlineData("deviceId\n", "has no devices in it")]
    [InlineData("what,ever\n1,2", "there is no column 'what'")]
    [InlineData("deviceId,deviceId\n", "is there twice")]
    [InlineData("a\0b", "is not a text file")]
    [InlineData("deviceId,name\n\"", "a quote is opened that is not closed")]
    public async Task Import_OfAnOddFile_SaysWhatIsWrong(string text, string problem)
    {
        await using var scene = await SceneAsync();

        (await PreviewAsync(scene, text)).Text.ShouldContain(problem);
    }

    [Fact]
    public async Task Import_OfBytesThatAreNoText_SaysWhere()
    {
        await using var scene = await SceneAsync();

        (await UploadAsync(scene, [.. "deviceId,name\n"u8, .. Encoding.ASCII.GetBytes(One), (byte)',', 0xFC, (byte)'b'])).Text.ShouldContain("line 2 is not UTF-8");
        (await UploadAsync(scene, [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes($"deviceId\tname\r\n{One}\tÜber")])).Text.ShouldContain("Devices to create 1");
        (await UploadAsync(scene, [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7919))])).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await UploadAsync(scene, new byte[4_000_000])).Text.ShouldContain("3,000,000 are allowed");
    }

    [Fact]
    public async Task Import_OfMoreThanABatch_SaysWhichLineIsTooMany()
    {
        await using var scene = await SceneAsync();

        var preview = await PreviewAsync(scene, string.Join('\n', Enumerable.Range(0, 10_002).Select(i => $"wd-{i:d16}")));

        preview.Text.ShouldContain("Devices to create 10,000");
        preview.Text.ShouldContain("10001 is one too many");
    }

    [Fact]
    public async Task Export_ReadByImport_GivesTheSameDevices()
    {
        await using var scene = await SceneAsync();
        using var key = new SigningKey();
        using var other = new SigningKey();
        string[] names = ["=HYPERLINK(\"http://x\")", "+1", "-1", "@x", "'=x", "\"quoted\", \r\n; lines", " blank ", "Ünï"];
        foreach (var name in names)
        {
            var fields = new Dictionary<string, string> { ["Name"] = name.Trim(), ["TagName"] = "ü", ["TagValue"] = "=\"ö\"", ["PublicKey"] = key.PublicPem };
            (await scene.Visitor.SubmitAsync($"{scene.Devices}/new", "create", fields)).Status.ShouldBe(HttpStatusCode.Redirect);
        }

        var first = (await scene.Service.Api.ManageAsync(HttpMethod.Get, $"{Paths.Of(scene.Product)}/devices")).Json[0]!.Text("deviceId");
        await scene.Service.Api.AddDeviceKeyAsync(new(scene.Product, DeviceId.Parse(first)), other);

        var csv = await scene.Visitor.GetAsync($"{scene.Devices}/export.csv");
        csv.ContentType.ShouldBe("text/csv; charset=utf-8");
        csv.Html.Split('\n', ',').ShouldAllBe(x => x.Length == 0 || !"=+@\t\r".Contains(x.TrimStart('"')[0]) || x == "\r");

        await using var copy = new ImportScene(scene.Service, scene.Visitor, await scene.Service.Api.CreateProductAsync(), isOwner: false);
        var preview = await PreviewAsync(copy, csv.Html);
        preview.Text.ShouldContain("Bad lines 0");
        (await ImportAsync(copy, preview)).Status.ShouldBe(HttpStatusCode.Redirect);
        (await KeptAsync(copy)).ShouldBe(await KeptAsync(scene));

        static async Task<string[]> KeptAsync(ImportScene scene) =>
        [
            .. (await scene.Service.Api.ManageAsync(HttpMethod.Get, $"{Paths.Of(scene.Product)}/devices")).Json.AsArray()
                .Select(x => $"{x!["deviceId"]} {x["name"]} {x["tags"]!.ToJsonString()} {string.Join(' ', x["publicKeys"]!.AsArray().Select(key => key!.Text("id")).Order())}"),
        ];
    }

    [Fact]
    public async Task Forms_ForAViewer_AreNotThereAndRefused()
    {
        await using var scene = await SceneAsync();
        var body = new JsonObject { ["scopes"] = new JsonArray("read") };
        var readKey = (await scene.Service.Api.ManageAsync(HttpMethod.Post, Paths.ApiKeys, body)).Require(HttpStatusCode.OK).Text("key");
        using var viewer = await ConsoleVisitor.SignInAsync(scene.Service, readKey);

        var list = await viewer.GetAsync(scene.Devices);
        list.Status.ShouldBe(HttpStatusCode.OK);
        list.Text.ShouldNotContain("New device");
        list.Html.ShouldNotContain("/devices/import");
        foreach (var (page, form) in ((string, string)[])[("new", "create"), ("batch", "batch"), ("import", "preview")])
        {
            (await viewer.GetAsync($"{scene.Devices}/{page}")).Status.ShouldNotBe(HttpStatusCode.OK);
            // The token is that of the form to sign out, which everyone has.
            var sent = await viewer.SubmitAsync($"{scene.Devices}/{page}", form, new Dictionary<string, string> { ["Count"] = "3" }, tokenFrom: scene.Devices);
            sent.Status.ShouldBeOneOf(HttpStatusCode.Forbidden, HttpStatusCode.Redirect);
        }

        (await CountAsync(scene)).ShouldBe(0);
    }

    [Fact]
    public async Task Pages_OfAnotherOrganizationsProduct_DoNotExist()
    {
        await using var scene = await SceneAsync();
        using var stranger = await ConsoleVisitor.SignInAsync(scene.Service, await scene.Service.Api.CreateApiKeyAsync("or-other"));

        foreach (var page in (string[])["new", "batch", "import", "export.csv"])
            (await stranger.GetAsync($"{scene.Devices}/{page}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<ImportScene> SceneAsync()
    {
        var service = await TestService.StartAsync();
        return new(service, await ConsoleVisitor.SignInAsync(service), await service.Api.CreateProductAsync(), isOwner: true);
    }

    private static Task<PageAnswer> PreviewAsync(ImportScene scene, string text) => UploadAsync(scene, Encoding.UTF8.GetBytes(text));

    private static async Task<PageAnswer> UploadAsync(ImportScene scene, byte[] file)
    {
        using var body = new MultipartFormDataContent { { new ByteArrayContent(file), "File", "devices.csv" } };
        return await scene.Visitor.SubmitAsync($"{scene.Devices}/import", "preview", body);
    }

    private static Task<PageAnswer> ImportAsync(ImportScene scene, PageAnswer preview) => scene.Visitor.SubmitAsync($"{scene.Devices}/import", "import", new Dictionary<string, string>
    {
        ["Content"] = Field(preview, "Content"), ["FileName"] = Field(preview, "FileName"), ["Expected"] = Field(preview, "Expected"),
    });

    private static string Field(PageAnswer page, string name)
    {
        var match = Regex.Match(page.Html, $"name=\"{name}\" value=\"(?<value>[^\"]*)\"", RegexOptions.None, TimeSpan.FromSeconds(5));
        match.Success.ShouldBeTrue(page.Text);
        return WebUtility.HtmlDecode(match.Groups["value"].Value);
    }

    private static async Task<int> CountAsync(ImportScene scene) =>
        (await scene.Service.Api.ManageAsync(HttpMethod.Get, Paths.Of(scene.Product))).Json["configuredDevices"]!.GetValue<int>();

    private static string Base64Of(SigningKey key) =>
        string.Concat(key.PublicPem.Split('\n').Where(x => !x.StartsWith('-')).Select(x => x.Trim()));

    private sealed class ImportScene(TestService service, ConsoleVisitor visitor, ProductId product, bool isOwner) : IAsyncDisposable
    {
        public TestService Service => service;

        public ConsoleVisitor Visitor => visitor;

        public ProductId Product => product;

        public string Devices => $"/console/products/{product}/devices";

        public async ValueTask DisposeAsync()
        {
            if (!isOwner)
                return;
            visitor.Dispose();
            await service.DisposeAsync();
        }
    }
}
