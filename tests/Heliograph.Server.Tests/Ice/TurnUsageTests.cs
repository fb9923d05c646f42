using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Server.Registry;
using Heliograph.Server.Tests.Management;
using Heliograph.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Ice;

/// <summary>Reports of TURN servers: who may send them, and that each is counted once.</summary>
public class TurnUsageTests : IAsyncLifetime
{
    private const string Call = "/v1/webrtc/turn-usage", Reporter = "abcdefgh12345678";

    private readonly SigningKey _key = new();
    private TestService _service = null!;
    private DeviceAddress _device;
    private string _reportKey = "";

    public async ValueTask InitializeAsync()
    {
        _service = await TestService.StartAsync();
        _device = await _service.Api.CreateDeviceAsync(await _service.Api.CreateProductAsync(), _key);
        _reportKey = await CreateKeyAsync("or-operator", "report");
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _key.Dispose();
    }

    [Fact]
    public async Task Reports_OfADevice_AddUp()
    {
        await ReportAsync(1, (_device, 1000));
        await ReportAsync(2, (_device, 230));

        (await BytesAsync()).ShouldBe(1230);
        (await _service.Api.ManageAsync(HttpMethod.Get, $"{Paths.Of(_device.Product)}/usage")).Json["relayByteCount"]!["thisMonth"]!.GetValue<long>().ShouldBe(1230);
    }

    [Fact]
    public async Task Report_OfADeviceTwice_IsRefusedWhole()
    {
        var answer = await SendAsync(Body(Reporter, 1, (_device, 200), (_device, 30)), _reportKey);

        answer.ShouldBeError(HttpStatusCode.BadRequest, ErrorCodes.BadRequest, "usage[1]: is about a device that is in the list before");
        (await BytesAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Report_OfAsMuchAsThereMayBe_IsAnswered()
    {
        var body = Body(Reporter, 1, (_device, 1L << 46));
        for (var i = 1; i < 10_000; i++)
            body["usage"]!.AsArray().Add(new JsonObject { ["productId"] = "x", ["deviceId"] = "y", ["bytes"] = 1L << 46 });

        (await SendAsync(body, _reportKey)).Body.ShouldBe("""{"counted":1,"unknown":9999}""");
        (await BytesAsync()).ShouldBe(1L << 46);
    }

    [Fact]
    public async Task Bytes_OfAMonth_StopAtTheMostThatIsCounted()
    {
        const long most = (1L << 53) - 1;
        await ReportAsync(1, (_device, 1));
        await using (var db = await _service.Get<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken))
            await db.Usage.ExecuteUpdateAsync(x => x.SetProperty(row => row.RelayBytes, most - 10), TestContext.Current.CancellationToken);

        await ReportAsync(2, (_device, 1000));
        (await BytesAsync()).ShouldBe(most);
        await ReportAsync(3, (_device, 1L << 46));
        (await BytesAsync()).ShouldBe(most);
    }

    [Fact]
    public async Task Reporters_ThatAreLongGone_AreForgottenWithTheNextNewOne()
    {
        var clock = new FakeTimeProvider();
        await using var service = await TestService.StartAsync(build: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var store = service.Get<TurnUsageStore>();
        foreach (var reporter in (string[])["first", "second", "third"])
        {
            await store.CountAsync(reporter, 1, new Dictionary<DeviceAddress, long>(), TestContext.Current.CancellationToken);
            clock.Advance(TimeSpan.FromDays(50));
        }

        await using var db = await service.Get<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        (await db.TurnReporters.Select(x => x.Reporter).Order().ToListAsync(TestContext.Current.CancellationToken)).ShouldBe(["second", "third"]);
    }

    [Fact]
    public async Task Report_SentAgain_IsCountedOnce()
    {
        await ReportAsync(7, (_device, 1000));

        var again = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ReportAsync(7, (_device, 1000))));
        await ReportAsync(3, (_device, 1000));

        again.ShouldAllBe(x => x.Json["counted"]!.GetValue<int>() == 0);
        (await BytesAsync()).ShouldBe(1000);
    }

    [Fact]
    public async Task Report_SentSeveralTimesAtOnce_IsCountedOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ReportAsync(1, (_device, 1000))));

        (await BytesAsync()).ShouldBe(1000);
    }

    [Fact]
    public async Task Reports_OfTwoReporters_HaveNumbersOfTheirOwn()
    {
        await ReportAsync(1, (_device, 1000));
        (await SendAsync(Body("zyxwvuts87654321", 1, (_device, 500)), _reportKey)).Require(HttpStatusCode.OK);

        (await BytesAsync()).ShouldBe(1500);
    }

    [Fact]
    public async Task Report_OfDevicesThatAreNotHere_CountsTheOthers()
    {
        var stranger = new DeviceAddress(_device.Product, DeviceId.Parse("wd-0000000000000000"));
        var body = Body(Reporter, 1, (stranger, 10), (_device, 5));
        body["usage"]!.AsArray().Add(new JsonObject { ["productId"] = "x", ["deviceId"] = "y", ["bytes"] = 1 });

        var answer = await SendAsync(body, _reportKey);

        answer.Body.ShouldBe("""{"counted":1,"unknown":2}""");
        (await BytesAsync()).ShouldBe(5);
        _service.Log.ShouldContain(line => line.Contains("bytes of 2 devices that are not here", StringComparison.Ordinal));
        var metrics = (await _service.Api.SendAsync(HttpMethod.Get, "/metrics")).Body;
        metrics.ShouldContain("""heliograph_turn_relayed_bytes_total{device="known"} 5""");
        metrics.ShouldContain("""heliograph_turn_relayed_bytes_total{device="unknown"} 11""");
    }

    [Fact]
    public async Task Report_WithoutAKeyForIt_IsRefused()
    {
        (await SendAsync(Body(Reporter, 1, (_device, 1)), null)).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
        (await SendAsync(Body(Reporter, 1, (_device, 1)), "hgk_nonsense")).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
        (await SendAsync(Body(Reporter, 1, (_device, 1)), _key.DeviceToken(_device))).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
        (await SendAsync(Body(Reporter, 1, (_device, 1)), _service.Api.ApiKey)).ShouldBeError(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied, "scope report");
        (await SendAsync(Body(Reporter, 1, (_device, 1)), await CreateKeyAsync("or-other", "report")))
            .ShouldBeError(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied, "operator's organization");
        (await BytesAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task KeyForReports_MayDoNothingElse()
    {
        (await _service.Api.SendAsync(HttpMethod.Get, Paths.Products, bearer: _reportKey)).ShouldBeError(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied);
        (await _service.Api.SendAsync(HttpMethod.Post, Paths.Products, ApiClient.Json("""{"region":"local"}"""), _reportKey))
            .ShouldBeError(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied);
    }

    [Theory]
    [InlineData("""{"sequence":1,"usage":[]}""", "reporter: must be 16 to 64")]
    [InlineData("""{"reporter":"short","sequence":1,"usage":[]}""", "reporter: must be 16 to 64")]
    [InlineData("""{"reporter":"abcdefgh1234567-","sequence":1,"usage":[]}""", "reporter: must be 16 to 64")]
    [InlineData("""{"reporter":"abcdefgh12345678","usage":[]}""", "sequence: must be 1 or more")]
    [InlineData("""{"reporter":"abcdefgh12345678","sequence":0,"usage":[]}""", "sequence: must be 1 or more")]
    [InlineData("""{"reporter":"abcdefgh12345678","sequence":1}""", "usage: must be a list")]
    [InlineData("""{"reporter":"abcdefgh12345678","sequence":1,"usage":[null]}""", "usage[0].bytes: must be from 0")]
    [InlineData("""{"reporter":"abcdefgh12345678","sequence":1,"usage":[{"bytes":-1}]}""", "usage[0].bytes: must be from 0")]
    [InlineData("""{"reporter":"abcdefgh12345678","sequence":1,"usage":[{"bytes":9007199254740993}]}""", "usage[0].bytes: must be from 0")]
    public async Task Report_ThatIsMalformed_IsToldWhere(string body, string message) =>
        (await SendAsync(JsonNode.Parse(body)!, _reportKey)).ShouldBeError(HttpStatusCode.BadRequest, ErrorCodes.BadRequest, message);

    private async Task<ApiAnswer> ReportAsync(long sequence, params (DeviceAddress Device, long Bytes)[] usage)
    {
        var answer = await SendAsync(Body(Reporter, sequence, usage), _reportKey);
        answer.Require(HttpStatusCode.OK);
        return answer;
    }

    private Task<ApiAnswer> SendAsync(JsonNode body, string? key) => _service.Api.SendAsync(HttpMethod.Post, Call, ApiClient.Json(body.ToJsonString()), key);

    private static JsonObject Body(string reporter, long sequence, params (DeviceAddress Device, long Bytes)[] usage) => new()
    {
        ["reporter"] = reporter,
        ["sequence"] = sequence,
        ["usage"] = new JsonArray([.. usage.Select(x => new JsonObject
        {
            ["productId"] = x.Device.Product.Value, ["deviceId"] = x.Device.Device.Value, ["bytes"] = x.Bytes,
        })]),
    };

    private async Task<long> BytesAsync() =>
        (await _service.Api.ManageAsync(HttpMethod.Get, $"{Paths.Of(_device)}/usage")).Require(HttpStatusCode.OK)["relayByteCount"]!["thisMonth"]!.GetValue<long>();

    private async Task<string> CreateKeyAsync(string organization, string scope) =>
        (await _service.Api.ManageAsync(HttpMethod.Post, "/v1/apikeys", new JsonObject { ["scopes"] = new JsonArray(scope), ["organizationId"] = organization }))
            .Require(HttpStatusCode.OK).Text("key");
}
