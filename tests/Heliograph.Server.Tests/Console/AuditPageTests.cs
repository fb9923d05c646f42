using System.Net;
using Heliograph.Server.Registry;
using Heliograph.Server.Tests.Management;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Tests.Console;

/// <summary>The audit log as a page of the console.</summary>
public sealed class AuditPageTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    [Fact]
    public async Task Page_LinksWhatIsThereStillAndNamesWhatIsNot()
    {
        var product = await fixture.Api.CreateProductAsync();
        var device = await fixture.Api.CreateDeviceAsync(product, fixture.DeviceKey);
        var gone = await fixture.Api.CreateDeviceAsync(product, fixture.DeviceKey);
        await fixture.Api.ManageAsync(HttpMethod.Delete, Paths.Of(gone));
        using var visitor = await ConsoleVisitor.SignInAsync(fixture.Service);

        var page = await visitor.GetAsync($"/console/audit?product={product}");

        page.Status.ShouldBe(HttpStatusCode.OK);
        page.Html.ShouldContain($"href=\"/console/products/{product}\"");
        page.Html.ShouldContain($"href=\"/console/products/{product}/devices/{device.Device}\"");
        page.Html.ShouldNotContain($"/devices/{gone.Device}\"");
        page.Html.ShouldContain($"<code>{gone.Device}</code>");
        page.Text.ShouldContain("deleted a device device.delete");
        page.Text.ShouldContain("by the API, 127.0.0.1");
    }

    [Fact]
    public async Task Page_OfNamesWithMarkup_ShowsThemAsText()
    {
        const string hostile = "<img src=x onerror=alert(1)>";
        var product = await fixture.Api.CreateProductAsync(hostile);
        using var visitor = await ConsoleVisitor.SignInAsync(fixture.Service);

        var page = await visitor.GetAsync($"/console/audit?product={product}");

        page.Html.ShouldNotContain("<img src=x");
        page.Html.ShouldContain("&lt;img src=x onerror=alert(1)&gt;");
    }

    [Fact]
    public async Task Pages_LeadThroughAllEntriesOfTheFilter()
    {
        var audit = fixture.Service.Get<AuditLog>();
        for (var i = 0; i < 120; i++)
            await audit.RecordAsync(new("or-paged", "user:x", "Ada <b>", "console", null), AuditAction.SessionStart, new(), $"number {i}.", default);
        using var visitor = await ConsoleVisitor.SignInAsync(fixture.Service, await fixture.Api.CreateApiKeyAsync("or-paged"));

        var seen = 0;
        var next = "/console/audit?actor=Ada+%3Cb%3E";
        while (next is not null)
        {
            var page = await visitor.GetAsync(next);
            page.Html.ShouldNotContain("Ada <b>");
            seen += page.Text.Split("number ").Length - 1;
            next = page.LinkTo("Older");
        }

        seen.ShouldBe(120);
    }

    [Fact]
    public async Task Filter_ThatIsNone_IsToldOnThePage()
    {
        using var visitor = await ConsoleVisitor.SignInAsync(fixture.Service);

        var page = await visitor.GetAsync("/console/audit?product=%3Cscript%3E");

        page.Status.ShouldBe(HttpStatusCode.BadRequest);
        page.Text.ShouldContain("product: must be 'wp-' and 8 letters or digits.");
        page.Html.ShouldNotContain("<script>");
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    public async Task Export_OfALogThatCantBeRead_IsNoFile(string format)
    {
        await using var service = await TestService.StartAsync();
        using var visit = await ConsoleVisit.OfAsync(service);
        service.ExpectError("The registry failed");
        service.ExpectError("Microsoft.EntityFrameworkCore");
        await using (var db = await service.Get<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken))
            await db.Database.ExecuteSqlRawAsync("DROP TABLE \"Audit\"", TestContext.Current.CancellationToken);

        var answer = await visit.GetAsync($"/console/audit/export?format={format}");

        answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.ShouldNotContainKey("Content-Disposition");
    }

    [Fact]
    public async Task Export_IsTheFilteredLogAndNeedsASession()
    {
        var product = await fixture.Api.CreateProductAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(fixture.Service);
        var page = await visitor.GetAsync($"/console/audit?product={product}");

        var csv = await visitor.GetAsync(page.LinkTo("Export as CSV")!);
        var json = await visitor.GetAsync(page.LinkTo("Export as JSON")!);

        csv.ContentType.ShouldBe("text/csv; charset=utf-8");
        csv.Html.Split("\r\n").Length.ShouldBe(3);
        csv.Html.ShouldContain(product.Value);
        System.Text.Json.Nodes.JsonNode.Parse(json.Html)!.AsArray().ShouldHaveSingleItem()!["subject"]!.Text("productId").ShouldBe(product.Value);
        (await fixture.Api.SendAsync(HttpMethod.Get, "/console/audit/export")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }
}
