using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Heliograph.Server.Tests.Management;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Console;

public sealed partial class DevicePageTests
{
    private const string Markup = "<img src=x onerror=alert(1)>";

    [Theory]
    [InlineData(null)]
    [InlineData("https://signaling.example.com")]
    [InlineData("https://signaling.region-with-a-long-name.cameras.example.com/base")]
    public async Task PairingCode_Read_NamesEndpointProductAndDevice(string? publicUrl)
    {
        await using var service = await TestService.StartAsync(settings => settings.Service.PublicUrl = publicUrl);
        using var key = new SigningKey();
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        using var visitor = await ConsoleVisitor.SignInAsync(service);

        var image = await visitor.GetAsync($"/console/products/{device.Product}/devices/{device.Device}/qr.svg");

        image.ContentType.ShouldStartWith("image/svg+xml");
        image.Html.ShouldNotContain("style");
        var payload = $$"""{"endpoint":"{{publicUrl ?? service.BaseUrl}}","productId":"{{device.Product}}","deviceId":"{{device.Device}}"}""";
        QrReader.Read(ModulesOf(image.Html)).ShouldBe(payload);
        (await visitor.GetAsync($"/console/products/{device.Product}/devices/{device.Device}")).Text.ShouldContain(payload);
    }

    [Fact]
    public async Task Page_OfMarkup_ShowsIt()
    {
        await using var service = await TestService.StartAsync();
        using var key = new SigningKey();
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(Markup), key);
        await service.Api.ManageAsync(HttpMethod.Post, Paths.Of(device), new JsonObject { ["name"] = Markup, ["tags"] = new JsonObject { [Markup] = Markup } });
        using var visitor = await ConsoleVisitor.SignInAsync(service);

        var page = await visitor.GetAsync($"/console/products/{device.Product}/devices/{device.Device}");

        page.Status.ShouldBe(HttpStatusCode.OK);
        page.Html.ShouldNotContain("<img src=x");
        page.Html.ShouldNotContain(" style=");
        page.Text.ShouldContain(Markup);
    }

    [Fact]
    public async Task Page_ForAViewer_HasNoFormsAndRefusesThem()
    {
        await using var service = await TestService.StartAsync();
        using var key = new SigningKey();
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        var readKey = (await service.Api.ManageAsync(HttpMethod.Post, Paths.ApiKeys, new JsonObject { ["scopes"] = new JsonArray("read") })).Require(HttpStatusCode.OK).Text("key");
        using var viewer = await ConsoleVisitor.SignInAsync(service, readKey);
        var path = $"/console/products/{device.Product}/devices/{device.Device}";

        var page = await viewer.GetAsync(path);
        page.Text.ShouldNotContain("Delete");
        page.Text.ShouldNotContain("Remove");
        page.Text.ShouldNotContain("Save");
        foreach (var (form, field, value) in ((string, string, string)[])[("save", "Name", "mine"), ("delete", "Confirm", device.Device.Value), ("add-key", "PublicKey", key.PublicPem)])
        {
            var answer = await viewer.SubmitAsync(path, form, new Dictionary<string, string> { [field] = value });
            // A form that is not on the page is not known; one that were would be refused.
            answer.Status.ShouldBeOneOf(HttpStatusCode.Forbidden, HttpStatusCode.BadRequest);
        }

        var now = (await service.Api.ManageAsync(HttpMethod.Get, Paths.Of(device))).Require(HttpStatusCode.OK);
        now["name"].ShouldBeNull();
    }

    [Fact]
    public async Task Page_OfAnotherOrganizationsDevice_DoesNotExist()
    {
        await using var service = await TestService.StartAsync();
        using var key = new SigningKey();
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        using var stranger = await ConsoleVisitor.SignInAsync(service, await service.Api.CreateApiKeyAsync("or-other"));
        using var owner = await ConsoleVisitor.SignInAsync(service);
        var path = $"/console/products/{device.Product}/devices";

        foreach (var page in (string[])["", "/qr.svg"])
            (await stranger.GetAsync($"{path}/{device.Device}{page}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await owner.GetAsync($"{path}/wd-0000000000000000")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await owner.GetAsync($"{path}/{Uri.EscapeDataString(Markup)}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Delete_WithAnotherIdTyped_DeletesNothing()
    {
        await using var service = await TestService.StartAsync();
        using var key = new SigningKey();
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        using var visitor = await ConsoleVisitor.SignInAsync(service);
        var path = $"/console/products/{device.Product}/devices/{device.Device}";

        (await visitor.SubmitAsync(path, "delete", new Dictionary<string, string> { ["Confirm"] = "wd-0000000000000000" })).Text.ShouldContain("nothing was deleted");
        (await visitor.GetAsync(path)).Status.ShouldBe(HttpStatusCode.OK);
        (await visitor.SubmitAsync(path, "delete", new Dictionary<string, string> { ["Confirm"] = device.Device.Value.ToUpperInvariant() })).Status.ShouldBe(HttpStatusCode.Redirect);
        (await visitor.GetAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    /// <summary>The modules of an image, without the quiet zone of four around them.</summary>
    private static bool[,] ModulesOf(string svg)
    {
        const int Quiet = 4;
        var size = int.Parse(ViewBox().Match(svg).Groups["size"].Value, CultureInfo.InvariantCulture) - 2 * Quiet;
        var modules = new bool[size, size];
        foreach (Match module in Module().Matches(svg))
            modules[int.Parse(module.Groups["y"].Value, CultureInfo.InvariantCulture) - Quiet, int.Parse(module.Groups["x"].Value, CultureInfo.InvariantCulture) - Quiet] = true;
        return modules;
    }

    [GeneratedRegex(@"viewBox=""0 0 (?<size>\d+) ", RegexOptions.None, 1000)]
    private static partial Regex ViewBox();

    [GeneratedRegex(@"M(?<x>\d+) (?<y>\d+)h1v1h-1z", RegexOptions.None, 1000)]
    private static partial Regex Module();
}
