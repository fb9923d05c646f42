using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Server.Registry;
using Heliograph.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Management;

/// <summary>The audit log through the API: what an entry has in it, filters, pages, files, and whose it is.</summary>
public class AuditLogApiTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new();
    private readonly SigningKey _key = new();
    private TestService _service = null!;
    private DateTimeOffset _start;
    private ProductId _product;
    private DeviceAddress _device;

    private ApiClient Api => _service.Api;

    public async ValueTask InitializeAsync()
    {
        _service = await TestService.StartAsync(build: builder => builder.Services.AddSingleton<TimeProvider>(_clock));
        _clock.Advance(TimeSpan.FromHours(1));
        _start = _clock.GetUtcNow();
        _product = await Api.CreateProductAsync("Garden");
        _clock.Advance(TimeSpan.FromHours(1));
        _device = await Api.CreateDeviceAsync(_product, _key);
        _clock.Advance(TimeSpan.FromHours(1));
        await Api.ManageAsync(HttpMethod.Delete, Paths.Of(_product));
    }

    public async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task List_HasEachEntryFieldByFieldTheNewestFirst()
    {
        var entries = await ListAsync("");

        entries.Select(x => x!.Text("action")).ShouldBe(["product.delete", "device.key.add", "device.create", "product.create", "apikey.create"]);
        var entry = entries[1]!;
        entry.Fields().ShouldBe(["id", "time", "organizationId", "actor", "action", "subject", "detail"]);
        entry["time"]!.GetValue<DateTimeOffset>().ShouldBe(_start.AddHours(1), TimeSpan.FromMilliseconds(1));
        entry.Text("organizationId").ShouldBe("or-operator");
        var id = Api.ApiKey.Split('_')[1];
        entry["actor"]!.ToJsonString().ShouldBe($$"""{"id":"key:{{id}}","name":"test","via":"api","address":"127.0.0.1"}""");
        entry["subject"]!.ToJsonString().ShouldBe(
            $$"""{"productId":"{{_product}}","deviceId":"{{_device.Device}}","keyId":"{{_key.IdFor(KeyOwner.Device)}}","apiKeyId":null}""");
        entries[4]!["actor"]!.ToJsonString().ShouldBe("""{"id":"service","name":null,"via":"start","address":null}""");
        entries.Select(x => x!.Text("id")).ShouldBe(entries.Select(x => x!.Text("id")).OrderDescending(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("action=product", "product.delete product.create")]
    [InlineData("action=device.create", "device.create")]
    [InlineData("action=device.key", "device.key.add")]
    [InlineData("action=", "product.delete device.key.add device.create product.create apikey.create")]
    [InlineData("actor=service", "apikey.create")]
    [InlineData("actor=test", "product.delete device.key.add device.create product.create")]
    [InlineData("actor=nobody", "")]
    [InlineData("actor=a%00b", "")]
    [InlineData("product={P}", "product.delete device.key.add device.create product.create")]
    [InlineData("product=wp-00000000", "")]
    [InlineData("device={D}", "device.key.add device.create")]
    [InlineData("from={1}", "product.delete device.key.add device.create")]
    [InlineData("to={1}", "product.create apikey.create")]
    [InlineData("from={0}&to={1}&actor=test&action=product&product={P}", "product.create")]
    [InlineData("from=2000-01-01&to=2001-01-01", "")]
    [InlineData("from={today}&to={today3}", "product.delete device.key.add device.create product.create apikey.create")]
    public async Task Filter_GivesThoseAlone(string query, string actions)
    {
        var filled = query
            .Replace("{P}", _product.Value.ToUpperInvariant(), StringComparison.Ordinal)
            .Replace("{D}", _device.Device.Value, StringComparison.Ordinal)
            .Replace("{0}", Time(_start), StringComparison.Ordinal)
            .Replace("{1}", Time(_start.AddHours(1)), StringComparison.Ordinal)
            .Replace("{today}", _start.AddHours(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{today3}", _start.AddHours(2).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), StringComparison.Ordinal);

        string.Join(' ', (await ListAsync($"?{filled}")).Select(x => x!.Text("action"))).ShouldBe(actions);
        (await Api.ManageAsync(HttpMethod.Get, $"{Paths.AuditLog}/export?{filled}")).Json.AsArray().Count.ShouldBe(actions.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("limit=0", "limit:")]
    [InlineData("limit=1001", "limit:")]
    [InlineData("cursor=x", "cursor:")]
    [InlineData("from=yesterday", "from:")]
    [InlineData("from=12", "from:")]
    [InlineData("to=9999-12-31", "to:")]
    [InlineData("action=coffee", "action:")]
    [InlineData("action=prod", "action:")]
    [InlineData("product=x", "product:")]
    [InlineData("device=x", "device:")]
    public async Task Query_OutOfBounds_Is400NamingTheParameter(string query, string message) =>
        (await Api.ManageAsync(HttpMethod.Get, $"{Paths.AuditLog}?{query}")).ShouldBeError(HttpStatusCode.BadRequest, ErrorCodes.BadRequest, message);

    [Fact]
    public async Task Walk_ByLinkHeaders_SeesEachEntryOnceAndKeepsTheFilter()
    {
        for (var i = 0; i < 6; i++)
            await Api.CreateProductAsync($"P{i}");
        var seen = new List<string>();
        var next = $"{Paths.AuditLog}?limit=3&actor=test&action=product.create";
        while (next is not null)
        {
            var answer = await Api.ManageAsync(HttpMethod.Get, next);
            var page = answer.Require(HttpStatusCode.OK).AsArray();
            page.Count.ShouldBeLessThanOrEqualTo(3);
            seen.AddRange(page.Select(x => x!.Text("detail")));
            next = DevicePages.NextOf(answer);
            // What is new meanwhile does not move the pages.
            await Api.CreateProductAsync("meanwhile");
        }

        seen.ShouldBe(["name: P5", "name: P4", "name: P3", "name: P2", "name: P1", "name: P0", "name: Garden"]);
    }

    [Fact]
    public async Task Export_AsCsv_IsSafeToOpenInASpreadsheet()
    {
        var product = await Api.CreateProductAsync("a, \"b\"\nc");
        var body = new JsonObject { ["scopes"] = new JsonArray("manage"), ["name"] = "=HYPERLINK(\"https://evil.example\")" };
        var key = (await Api.ManageAsync(HttpMethod.Post, Paths.ApiKeys, body)).Json.Text("key");
        await Api.SendAsync(HttpMethod.Delete, Paths.Of(product), bearer: key);

        var answer = await Api.SendAsync(HttpMethod.Get, $"{Paths.AuditLog}/export?format=csv&product={product}", bearer: Api.ApiKey);

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.ContentType.ShouldBe("text/csv");
        var lines = answer.Body.Split("\r\n");
        lines[0].ShouldBe("time,actorId,actorName,via,address,action,productId,deviceId,keyId,apiKeyId,detail,id");
        lines[1].ShouldContain(",\"'=HYPERLINK(\"\"https://evil.example\"\")\",api,127.0.0.1,product.delete,");
        lines[2].ShouldContain(",\"name: a, \"\"b\"\"\nc\",");
        lines.Length.ShouldBe(4);
    }

    [Theory]
    [InlineData("format=pdf", "format:")]
    [InlineData("format=csv&from=x", "from:")]
    public async Task Export_OutOfBounds_Is400(string query, string message) =>
        (await Api.ManageAsync(HttpMethod.Get, $"{Paths.AuditLog}/export?{query}")).ShouldBeError(HttpStatusCode.BadRequest, ErrorCodes.BadRequest, message);

    [Fact]
    public async Task Export_OfMoreThanAPart_HasThemAll()
    {
        var audit = _service.Get<AuditLog>();
        for (var i = 0; i < 1005; i++)
            await audit.RecordAsync(new("or-many", "user:x", null, "console", null), AuditAction.SessionStart, new(), $"{i}", default);
        var key = await Api.CreateApiKeyAsync("or-many");

        var export = (await Api.SendAsync(HttpMethod.Get, $"{Paths.AuditLog}/export?action=session", bearer: key)).Require(HttpStatusCode.OK).AsArray();

        export.Select(x => x!.Text("detail")).ShouldBe(Enumerable.Range(0, 1005).Reverse().Select(x => $"{x}"));
    }

    [Fact]
    public async Task Log_OfAnotherOrganization_IsItsOwn()
    {
        var stranger = await Api.CreateApiKeyAsync("or-other");

        foreach (var path in (string[])["", "/export"])
        {
            var list = (await Api.SendAsync(HttpMethod.Get, $"{Paths.AuditLog}{path}", bearer: stranger)).Require(HttpStatusCode.OK).AsArray();
            // That the operator made the key is all there is.
            list.ShouldHaveSingleItem()!.Text("action").ShouldBe("apikey.create");
            (await Api.SendAsync(HttpMethod.Get, $"{Paths.AuditLog}{path}?product={_product}", bearer: stranger)).Json.AsArray().ShouldBeEmpty();
            (await Api.SendAsync(HttpMethod.Get, $"{Paths.AuditLog}{path}")).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
        }
    }

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private async Task<JsonArray> ListAsync(string query) =>
        (await Api.ManageAsync(HttpMethod.Get, Paths.AuditLog + query)).Require(HttpStatusCode.OK).AsArray();
}
