using System.Net;
using Heliograph.Server.Tests.Console;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Regions;

/// <summary>Regions in the console.</summary>
public sealed class ConsoleTests
{
    [Fact]
    public async Task EditPage_MovesAProduct()
    {
        await using var scene = await RegionScene.StartAsync();
        var device = await scene.CreateDeviceAsync("eu");
        await using var peer = await scene.Eu.Api.OpenDeviceAsync(device, scene.DeviceKey);
        using var visitor = await ConsoleVisitor.SignInAsync(scene.Eu);

        var answer = await visitor.SubmitAsync($"/console/products/{device.Product}/edit", "move", new Dictionary<string, string> { ["Region"] = "us" });

        answer.Location.ShouldEndWith($"/console/products/{device.Product}?done=product-moved");
        await peer.Ended;
        peer.CloseCode.ShouldBe(4005);
        (await scene.Us.Api.ManageAsync(HttpMethod.Get, $"/v1/webrtc/products/{device.Product}")).Json.Text("region").ShouldBe("us");
    }

    [Fact]
    public async Task EditPage_ARegionThatThereIsNot_IsToldAtTheField()
    {
        await using var scene = await RegionScene.StartAsync();
        var device = await scene.CreateDeviceAsync("eu");
        using var visitor = await ConsoleVisitor.SignInAsync(scene.Eu);

        var answer = await visitor.SubmitAsync($"/console/products/{device.Product}/edit", "move", new Dictionary<string, string> { ["Region"] = "mars" });

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Html.ShouldContain("id=\"region-problem\"");
    }

    [Fact]
    public async Task NewPage_OffersAllRegions()
    {
        await using var scene = await RegionScene.StartAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(scene.Us);

        var page = await visitor.GetAsync("/console/products/new");

        page.Html.ShouldContain("<option>eu</option>");
        page.Html.ShouldContain("<option selected>us</option>");
        (await visitor.SubmitAsync("/console/products/new", "create", new Dictionary<string, string> { ["Name"] = "Far", ["Region"] = "eu" })).Location!.ShouldContain("done=product-created");
        (await scene.Us.Api.ManageAsync(HttpMethod.Get, "/v1/webrtc/products")).Json.AsArray().ShouldContain(x => x!.Text("region") == "eu" && x!.Text("name") == "Far");
    }

    [Fact]
    public async Task EditPage_OfTheOnlyRegion_HasNothingToMoveTo()
    {
        await using var service = await TestService.StartAsync();
        var product = await service.Api.CreateProductAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(service);

        (await visitor.GetAsync($"/console/products/{product}/edit")).Html.ShouldNotContain("id=\"move\"");
    }
}
