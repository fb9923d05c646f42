using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Heliograph.Protocol;
using Heliograph.Server.Registry;
using Heliograph.Server.Tests.Management;
using Heliograph.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Console;

public partial class DeviceListTests
{
    [Theory]
    [InlineData("0001", "wd-0000000000000001")]
    [InlineData("WD-0000000000000002", "wd-0000000000000002")]
    [InlineData("gard", "wd-0000000000000001")]
    [InlineData("GARDEN", "wd-0000000000000001")]
    [InlineData("Über", "wd-0000000000000003")]
    [InlineData("site=Oslo", "wd-0000000000000001")]
    [InlineData("site=oslo", "wd-0000000000000001")]
    [InlineData("site=", "wd-0000000000000001 wd-0000000000000002")]
    [InlineData("site=osl", "")]
    [InlineData("Málaga", "wd-0000000000000002")]
    [InlineData("osl", "wd-0000000000000001")]
    [InlineData("\":\"", "")]
    [InlineData("say=\"hi\":\"ho\"", "wd-0000000000000003")]
    [InlineData("hi\":\"ho", "")]
    [InlineData("%", "")]
    [InlineData("_", "")]
    [InlineData("wd-", "wd-0000000000000001 wd-0000000000000002 wd-0000000000000003")]
    public async Task Search_ByText_FindsIdsNamesAndTags(string text, string expected)
    {
        await using var service = await TestService.StartAsync();
        var product = await service.Api.CreateProductAsync();
        await CreateAsync(service, product, "wd-0000000000000001", "Garden gate", new() { ["site"] = "Oslo" });
        await CreateAsync(service, product, "wd-0000000000000002", null, new() { ["site"] = "Málaga" });
        await CreateAsync(service, product, "wd-0000000000000003", "Über dem Tor", new() { ["say"] = "\"hi\":\"ho\"" });
        using var visitor = await ConsoleVisitor.SignInAsync(service);

        var page = await visitor.GetAsync($"/console/products/{product}/devices?q={Uri.EscapeDataString(text)}");

        page.Status.ShouldBe(HttpStatusCode.OK);
        string.Join(' ', Devices(page)).ShouldBe(expected);
    }

    [Fact]
    public async Task Filter_ByState_ShowsWhoIsConnected()
    {
        await using var service = await TestService.StartAsync();
        using var key = new SigningKey();
        var product = await service.Api.CreateProductAsync();
        var online = await service.Api.CreateDeviceAsync(product, key);
        var offline = await service.Api.CreateDeviceAsync(product, key);
        var elsewhere = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        await using var peer = await service.Api.OpenDeviceAsync(online, key);
        await using var other = await service.Api.OpenDeviceAsync(elsewhere, key);
        // A client alone does not make its device online.
        var (client, _, _) = await service.Api.OpenClientAsync(offline);
        await using var _ = client;
        using var visitor = await ConsoleVisitor.SignInAsync(service);

        Devices(await visitor.GetAsync($"/console/products/{product}/devices?state=online")).ShouldBe([online.Device.Value]);
        Devices(await visitor.GetAsync($"/console/products/{product}/devices?state=offline")).ShouldBe([offline.Device.Value]);
        Devices(await visitor.GetAsync($"/console/products/{product}/devices?state=online&q={online.Device}")).ShouldBe([online.Device.Value]);
        Devices(await visitor.GetAsync($"/console/products/{product}/devices?state=offline&q={online.Device}")).ShouldBeEmpty();
        Devices(await visitor.GetAsync($"/console/products/{product}/devices?state=nonsense")).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&q=wd-")]
    [InlineData("&state=offline")]
    public async Task Pages_WalkedForthAndBack_HaveEachDeviceOnce(string search)
    {
        await using var service = await TestService.StartAsync();
        var product = await service.Api.CreateProductAsync();
        var ids = await CreateManyAsync(service, product, 60);
        using var visitor = await ConsoleVisitor.SignInAsync(service);

        var first = await visitor.GetAsync($"/console/products/{product}/devices?size=25{search}");
        var second = await visitor.GetAsync(Link(first, "next")!);
        var third = await visitor.GetAsync(Link(second, "next")!);

        first.Text.ShouldContain("60 devices");
        Link(first, "prev").ShouldBeNull();
        Link(third, "next").ShouldBeNull();
        ((IEnumerable<string>)[.. Devices(first), .. Devices(second), .. Devices(third)]).ShouldBe(ids);
        var back = await visitor.GetAsync(Link(third, "prev")!);
        Devices(back).ShouldBe(Devices(second));
        Devices(await visitor.GetAsync(Link(back, "prev")!)).ShouldBe(Devices(first));
    }

    [Fact]
    public async Task Markup_InNamesTagsAndSearch_IsText()
    {
        const string Markup = "<img src=x onerror=alert(1)>\"'&";
        await using var service = await TestService.StartAsync();
        var product = await service.Api.CreateProductAsync(Markup);
        await CreateAsync(service, product, "wd-0000000000000001", Markup, new() { [Markup] = Markup });
        using var visitor = await ConsoleVisitor.SignInAsync(service);

        var page = await visitor.GetAsync($"/console/products/{product}/devices?q={Uri.EscapeDataString(Markup)}");

        Devices(page).ShouldHaveSingleItem();
        page.Html.ShouldNotContain("<img src=x");
        page.Text.ShouldContain(Markup);
    }

    [Fact]
    public async Task Devices_OfAnotherOrganization_DoNotExist()
    {
        await using var service = await TestService.StartAsync();
        var product = await service.Api.CreateProductAsync();
        using var stranger = await ConsoleVisitor.SignInAsync(service, await service.Api.CreateApiKeyAsync("or-other"));

        (await stranger.GetAsync($"/console/products/{product}/devices")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.GetAsync("/console/products/nonsense/devices")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task List_OfAHundredThousandDevices_FindsAndFilters()
    {
        var presence = new GivenPresence();
        var all = new HashSet<DeviceId>();
        await using var service = await TestService.StartAsync(build: builder => builder.Services.AddSingleton<IPresence>(presence));
        var product = await service.Api.CreateProductAsync();
        for (var i = 0; i < 10; i++)
        {
            var body = new JsonObject { ["count"] = 10_000, ["tags"] = new JsonObject { ["line"] = $"line-{i}", ["site"] = "Oslo" } };
            var batch = await service.Api.ManageAsync(HttpMethod.Post, $"{Paths.Of(product)}/device-batch", body);
            all.UnionWith(batch.Require(HttpStatusCode.OK)["devices"]!.AsArray().Select(x => DeviceId.Parse(x!.Text("deviceId"))));
        }

        await CreateAsync(service, product, "wd-zzzzzzzzzzzzzzz9", "the one", []);
        using var visitor = await ConsoleVisitor.SignInAsync(service);
        await LookAsync("", "100,001 devices", 50);
        await LookAsync("?q=the+one", "1 device of 100,001", 1);
        await LookAsync("?q=line%3Dline-7", "10,000 devices of 100,001", 50);
        await LookAsync("?state=online", "0 devices of 100,001", 0);
        await LookAsync("?state=offline&size=250", "100,001 devices of 100,001", 250);
        await LookAsync("?state=offline&q=site%3Doslo&before=wd-zzzzzzzzzzzzzzz9", "100,000 devices of 100,001", 50);

        presence.Online = all;
        await LookAsync("?state=online", "100,000 devices of 100,001", 50);
        await LookAsync("?state=online&q=line%3Dline-7&size=100", "10,000 devices of 100,001", 100);
        await LookAsync("?state=offline", "1 device of 100,001", 1);

        async Task LookAsync(string query, string count, int shown)
        {
            var from = TimeProvider.System.GetTimestamp();
            var page = await visitor.GetAsync($"/console/products/{product}/devices{query}");
            TestContext.Current.SendDiagnosticMessage($"{query}: {TimeProvider.System.GetElapsedTime(from).TotalMilliseconds:N0} ms");
            page.Text.ShouldContain(count);
            Devices(page).Count.ShouldBe(shown);
        }
    }

    private static List<string> Devices(PageAnswer page) => [.. Row().Matches(page.Html).Select(x => x.Groups["id"].Value)];

    private static string? Link(PageAnswer page, string rel) =>
        Regex.Match(page.Html, $"rel=\"{rel}\" href=\"(?<url>[^\"]+)\"", RegexOptions.None, TimeSpan.FromSeconds(1)) is { Success: true } match
            ? WebUtility.HtmlDecode(match.Groups["url"].Value)
            : null;

    private static async Task CreateAsync(TestService service, ProductId product, string id, string? name, JsonObject tags)
    {
        var ids = new JsonObject { ["deviceIds"] = new JsonArray(id) };
        (await service.Api.ManageAsync(HttpMethod.Post, $"{Paths.Of(product)}/custom-devices", ids)).Require(HttpStatusCode.OK);
        var change = new JsonObject { ["name"] = name, ["tags"] = tags };
        (await service.Api.ManageAsync(HttpMethod.Post, $"{Paths.Of(product)}/devices/{id}", change)).Require(HttpStatusCode.OK);
    }

    private static async Task<IReadOnlyList<string>> CreateManyAsync(TestService service, ProductId product, int count)
    {
        var batch = await service.Api.ManageAsync(HttpMethod.Post, $"{Paths.Of(product)}/device-batch", new JsonObject { ["count"] = count });
        return [.. batch.Require(HttpStatusCode.OK)["devices"]!.AsArray().Select(x => x!.Text("deviceId")).Order(StringComparer.Ordinal)];
    }

    /// <summary>As many devices as a test wants are connected.</summary>
    private sealed class GivenPresence : IPresence
    {
        public HashSet<DeviceId> Online { get; set; } = [];

        public ValueTask<bool> IsDeviceOnlineAsync(DeviceAddress device, CancellationToken cancellationToken) => new(Online.Contains(device.Device));

        public ValueTask<IReadOnlySet<DeviceId>> OnlineDevicesAsync(ProductId product, CancellationToken cancellationToken) => new(Online);

        public ValueTask<IReadOnlyDictionary<ProductId, int>> CountOnlineDevicesAsync(IReadOnlyCollection<ProductId> products, CancellationToken cancellationToken) =>
            new(products.ToDictionary(x => x, _ => Online.Count));
    }

    [GeneratedRegex("<th scope=\"row\"><a [^>]*>(?<id>wd-[a-z0-9]{16})</a>", RegexOptions.None, 1000)]
    private static partial Regex Row();
}
