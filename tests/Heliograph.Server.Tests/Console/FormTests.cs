using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Console;

/// <summary>Forms take what our own pages send in the same session, of people who may, and nothing else.</summary>
public sealed class FormTests
{
    private const string New = "/console/products/new";

    private static Dictionary<string, string> Product => new(StringComparer.Ordinal) { ["_handler"] = "create", ["Name"] = "Doorbell", ["Region"] = "local" };

    [Fact]
    public async Task Form_WithoutAToken_IsRefusedAsAPage()
    {
        await using var service = await TestService.StartAsync();
        using var visit = await ConsoleVisit.OfAsync(service);

        var answer = await visit.PostAsync(New, Product);

        ShouldBeStale(answer);
        (await ProductCountAsync(service)).ShouldBe(0);
    }

    [Theory]
    [InlineData("/console/sign-in")]
    [InlineData("/console/sign-out")]
    public async Task Form_OfWhoIsNotSignedIn_MayBeAsLongAsAKeyNeeds(string path)
    {
        await using var service = await TestService.StartAsync();
        using var visit = new ConsoleVisit(service);
        var token = (await visit.GetAsync("/console/sign-in")).Token;
        using var form = new MultipartFormDataContent
        {
            { new StringContent(token), "__RequestVerificationToken" },
            { new StringContent("sign-in"), "_handler" },
            { new StringContent(new('x', 20_000)), "Key" },
        };

        (await visit.SendAsync(HttpMethod.Post, path, form)).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await visit.SignInAsync(service.Api.ApiKey)).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Form_OfAnotherSession_IsRefusedAsAPage()
    {
        await using var service = await TestService.StartAsync();
        using var visit = await ConsoleVisit.OfAsync(service);
        var stale = (await visit.GetAsync(New)).Token;
        await visit.SignInAsync(await service.Api.CreateApiKeyAsync("or-operator"));

        ShouldBeStale(await visit.PostAsync(New, new(Product) { ["__RequestVerificationToken"] = stale }));
        ShouldBeStale(await visit.PostAsync("/console/sign-out", new() { ["__RequestVerificationToken"] = stale }));
        ShouldBeStale(await visit.PostAsync("/console/sign-out", []));

        (await ProductCountAsync(service)).ShouldBe(0);
        (await visit.GetAsync(New)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("heliograph-form", "rubbish")]
    [InlineData("heliograph-form", null)]
    public async Task Form_WithoutItsCookie_IsRefusedAsAPageAndIsNoFailureOfTheService(string cookie, string? value)
    {
        await using var service = await TestService.StartAsync();
        using var visit = await ConsoleVisit.OfAsync(service);
        var token = (await visit.GetAsync(New)).Token;
        visit.Cookies.Remove(cookie);
        if (value is not null)
            visit.Cookies[cookie] = value;

        ShouldBeStale(await visit.PostAsync(New, new(Product) { ["__RequestVerificationToken"] = token }));
    }

    [Theory]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    public async Task Form_OfAnotherSite_IsRefusedWhateverItHas(string site)
    {
        await using var service = await TestService.StartAsync();
        using var visit = await ConsoleVisit.OfAsync(service);
        var token = (await visit.GetAsync(New)).Token;
        visit.Headers["Sec-Fetch-Site"] = site;

        var answer = await visit.PostAsync(New, new(Product) { ["__RequestVerificationToken"] = token });

        answer.Status.ShouldBe(HttpStatusCode.Forbidden);
        answer.Body.ShouldContain("sent by another site");
        (await ProductCountAsync(service)).ShouldBe(0);
    }

    [Fact]
    public async Task Form_AfterTheSessionEnded_LeadsToSignInAndBack()
    {
        await using var service = await TestService.StartAsync();
        using var visit = await ConsoleVisit.OfAsync(service);
        var token = (await visit.GetAsync(New)).Token;
        visit.Cookies.Remove("heliograph-session");

        var answer = await visit.PostAsync(New, new(Product) { ["__RequestVerificationToken"] = token });

        answer.Status.ShouldBe(HttpStatusCode.Redirect);
        answer.Location!.ShouldEndWith("/console/sign-in?next=%2Fconsole%2Fproducts%2Fnew");
    }

    [Fact]
    public async Task Viewer_SeesNoFormsAndMayPostNone()
    {
        await using var service = await TestService.StartAsync();
        using var visit = await ConsoleVisit.OfAsync(service, await CreateReadKeyAsync(service));

        var page = await visit.GetAsync("/console/products");
        page.Body.ShouldNotContain("New product");
        Forms(page).ShouldBe(["/console/sign-out"]);
        var refused = await visit.GetAsync(New);
        refused.Status.ShouldBe(HttpStatusCode.Forbidden);
        refused.Body.ShouldContain("role manager");
        var answer = await visit.PostAsync(New, new(Product) { ["__RequestVerificationToken"] = page.Token });
        answer.Status.ShouldBe(HttpStatusCode.Forbidden);
        (await ProductCountAsync(service)).ShouldBe(0);
    }

    [Fact]
    public async Task Product_OfAnotherOrganization_IsNotThere()
    {
        await using var service = await TestService.StartAsync();
        var product = await service.Api.CreateProductAsync("Doorbell");
        using var visit = await ConsoleVisit.OfAsync(service, await service.Api.CreateApiKeyAsync("or-other"));

        (await visit.GetAsync($"/console/products/{product}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await visit.GetAsync("/console/products")).Body.ShouldNotContain("Doorbell");
    }

    private static void ShouldBeStale(ConsoleVisit.Page answer)
    {
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Headers["Content-Type"].ShouldStartWith("text/html");
        answer.Body.ShouldContain("The form is not of this session any more. Open the page anew");
    }

    private static IEnumerable<string> Forms(ConsoleVisit.Page page) =>
        page.Body.Split("<form ")[1..].Select(form => form.Split("action=\"")[1].Split('"')[0]);

    private static async Task<int> ProductCountAsync(TestService service) =>
        ((JsonArray)(await service.Api.ManageAsync(HttpMethod.Get, "/v1/webrtc/products")).Require(HttpStatusCode.OK)).Count;

    private static async Task<string> CreateReadKeyAsync(TestService service) =>
        (await service.Api.ManageAsync(HttpMethod.Post, "/v1/apikeys", new JsonObject { ["scopes"] = new JsonArray("read") })).Require(HttpStatusCode.OK).Text("key");
}
