using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;

namespace Heliograph.Browser.Tests.Console;

/// <summary>What holds for each page of the console, whatever it is about.</summary>
public sealed class EveryPageTests(Chromium chromium)
{
    private const int MostBytes = 100 * 1024;

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task Page_ForEveryone_IsAccessibleAndFits(ColorScheme colours, int width)
    {
        await using var scene = await SeededAsync();
        var browser = await scene.NewBrowserAsync(new() { ColorScheme = colours, ViewportSize = new() { Width = width, Height = 844 } });
        var problems = new List<string>();
        var signIn = await scene.OpenAsync("/console/sign-in", browser);
        problems.AddRange((await Axe.ViolationsAsync(signIn.Page)).Select(x => $"sign-in: {x}"));
        var page = (await scene.SignInAsync(browser: browser)).Page;

        await new Tour(scene, page).VisitAsync(
            async name =>
            {
                problems.AddRange(await PageRules.ProblemsAsync(page, name));
                await page.ScreenshotAsync(new() { Path = Screenshots.FileOf($"every-page/{colours}-{width}/{name.Replace('/', '-')}.png"), FullPage = true });
            },
            "/console/products");

        problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_WithAnEmptyCache_LoadsUnder100KbOfOurOwn()
    {
        await using var scene = await SeededAsync();
        var page = (await scene.SignInAsync()).Page;
        // As for somebody who has never been here.
        await (await page.Context.NewCDPSessionAsync(page)).SendAsync("Network.setCacheDisabled", new() { ["cacheDisabled"] = true });
        var requests = new ConcurrentQueue<IRequest>();
        page.RequestFinished += (_, request) => requests.Enqueue(request);
        var tooLarge = new List<string>();

        await new Tour(scene, page).VisitAsync(
            async name =>
            {
                var bytes = 0;
                while (requests.TryDequeue(out var request))
                {
                    request.Url.ShouldStartWith(scene.Service.BaseUrl, Case.Sensitive, $"{name} asks somebody else");
                    bytes += (await request.SizesAsync()).ResponseBodySize;
                }

                if (bytes is 0 or > MostBytes)
                    tooLarge.Add($"{name}: {bytes} bytes");
            },
            "/console/products");

        tooLarge.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_OfAnyKind_IsForPeopleWhoAreSignedIn()
    {
        await using var scene = await SeededAsync();
        var page = (await scene.SignInAsync()).Page;
        var tour = new Tour(scene, page);
        await tour.VisitAsync(_ => Task.CompletedTask, "/console/products");
        tour.Pages.Keys.ShouldContain("products/ID");
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });

        foreach (var (name, path) in tour.Pages)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, scene.Service.BaseUrl + path) { Headers = { { "Accept", "text/html" } } };
            using var answer = await http.SendAsync(request);

            answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, name);
            answer.Headers.Location!.AbsolutePath.ShouldBe("/console/sign-in", name);
        }
    }

    /// <summary>A service with something on every page, some of it named by somebody who means harm.</summary>
    private async Task<ConsoleScene> SeededAsync()
    {
        var scene = await ConsoleScene.OpenAloneAsync(chromium);
        const string markup = "\"><img src=x onerror=alert(1)>";
        var product = await scene.Api.CreateProductAsync($"Doorbell {markup}");
        var device = new JsonObject { ["name"] = $"Front {markup}", ["tags"] = new JsonObject { ["site"] = markup } };
        (await scene.Api.ManageAsync(HttpMethod.Post, $"/v1/webrtc/products/{product}/devices", device)).Require(HttpStatusCode.OK);
        return scene;
    }
}
