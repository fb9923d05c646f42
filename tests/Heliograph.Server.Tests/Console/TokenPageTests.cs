using System.Net;
using System.Text.RegularExpressions;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Tokens;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Console;

/// <summary>The console's inspection of tokens: every token is both inspected and shown to the service, and they must agree.</summary>
public sealed partial class TokenPageTests(TokenFixture fixture) : IClassFixture<TokenFixture>
{
    private static readonly SigningKey Unregistered = new();

    private static readonly string[] Calls = ["device/connect", "client/connect", "ice-servers"];

    /// <summary>Tokens by name: how each is made, and what must be said of it; null where it is right for its purpose.</summary>
    private static readonly Dictionary<string, (Func<TokenFixture, string> Make, string? Said)> Table = new(StringComparer.Ordinal)
    {
        ["device, right"] = (f => f.DeviceKey.DeviceToken(f.Device, clock: f.Clock), null),
        ["client, right"] = (f => f.ProductKey.ClientToken(f.Device, clock: f.Clock), null),
        ["client, without turn"] = (f => f.ProductKey.ClientToken(f.Device, scope: "client:connect", clock: f.Clock), null),
        ["unknown kid"] = (f => Unregistered.ClientToken(f.Device, clock: f.Clock), "is not registered on the product"),
        ["key of a sibling"] = (f => f.SiblingKey.DeviceToken(f.Device, clock: f.Clock), "it is registered on the device {sibling}"),
        ["key of another product of ours"] = (f => f.StrangerProductKey.ClientToken(f.Device, clock: f.Clock), "it is registered on the product {stranger}"),
        ["key of the device for a client's"] = (f => f.DeviceKey.DeviceToken(f.Device, scope: "client:connect", clock: f.Clock), "its kid names a device's key"),
        ["wrong signature"] = (f => f.ProductKey.ClientToken(f.Device, clock: f.Clock)[..^8] + "AAAAAAAA", "the signature does not verify with the registered key"),
        ["expired"] = (f => f.ProductKey.ClientToken(f.Device, x => x["exp"] = f.Now - 200, clock: f.Clock), "it expired 3 minutes ago"),
        ["expired within the skew"] = (f => f.ProductKey.ClientToken(f.Device, x => x["exp"] = f.Now - 50, clock: f.Clock), null),
        ["not yet valid"] = (f => f.DeviceKey.DeviceToken(f.Device, x => x["nbf"] = f.Now + 600, clock: f.Clock), "its nbf lies 9 minutes ahead; 60 seconds are allowed"),
        ["not yet valid within the skew"] = (f => f.DeviceKey.DeviceToken(f.Device, x => x["nbf"] = f.Now + 50, clock: f.Clock), null),
        ["exp in milliseconds"] = (f => f.DeviceKey.DeviceToken(f.Device, x => x["exp"] = (f.Now + 60) * 1000, clock: f.Clock), "looks like milliseconds"),
        ["wrong scope"] = (f => f.ProductKey.ClientToken(f.Device, scope: "turn", clock: f.Clock), "lacks the word client:connect"),
        ["wrong alg"] = (f => f.ProductKey.ClientToken(f.Device, header: x => x["alg"] = "HS256", clock: f.Clock), "its alg is \"HS256\""),
        ["alg none"] = (f => f.ProductKey.ClientToken(f.Device, header: x => x["alg"] = "none", clock: f.Clock), "its alg is \"none\""),
        ["no kid"] = (f => f.DeviceKey.DeviceToken(f.Device, header: x => x.Remove("kid"), clock: f.Clock), "it has no kid"),
        ["no device of ours"] = (f => f.ProductKey.ClientToken(new(f.Device.Product, DeviceId.Parse("wd-0000000000000000")), clock: f.Clock), "the device wd-0000000000000000 does not exist"),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Inspection_OfAToken_SaysWhyAndAgreesWithTheService(string name)
    {
        var (make, said) = Table[name];
        var token = make(fixture);
        using var visit = await ConsoleVisit.OfAsync(fixture.Service);

        var page = await InspectAsync(visit, token);

        if (said is null)
            page.ShouldContain("This service would accept it as a ");
        else
            page.ShouldContain(said.Replace("{sibling}", fixture.Sibling.ToString(), StringComparison.Ordinal).Replace("{stranger}", fixture.Stranger.Product.Value, StringComparison.Ordinal));
        var device = name == "no device of ours" ? new DeviceAddress(fixture.Device.Product, DeviceId.Parse("wd-0000000000000000")) : fixture.Device;
        var verdicts = VerdictsIn(page);
        foreach (var call in Calls)
        {
            var answer = await fixture.Api.SendAsync(HttpMethod.Post, $"/v1/{call}", ApiClient.ConnectBody(device), token);
            verdicts[call].ShouldBe(answer.Status == HttpStatusCode.OK ? "accepted" : $"{(int)answer.Status} {answer.Code}", $"{name}: {call}");
        }
    }

    [Fact]
    public async Task Inspection_ForAnotherDevice_SaysThatItIsNotForThatOne()
    {
        using var visit = await ConsoleVisit.OfAsync(fixture.Service);

        var page = await InspectAsync(visit, fixture.ProductKey.ClientToken(fixture.Device, clock: fixture.Clock), fixture.Sibling.ToString());

        page.ShouldContain($"it is for the device {fixture.Device}, not for {fixture.Sibling}");
        VerdictsIn(page)["client/connect"].ShouldBe("403 ACCESS_DENIED");
    }

    [Fact]
    public async Task Inspection_OfARemovedKey_SaysThatItWasRemoved()
    {
        using var key = new SigningKey();
        await fixture.Api.AddDeviceKeyAsync(fixture.Sibling, key);
        (await fixture.Api.SendAsync(HttpMethod.Delete, $"/v1/webrtc/products/{fixture.Sibling.Product}/devices/{fixture.Sibling.Device}/publickeys/{key.IdFor(KeyOwner.Device)}", bearer: fixture.Api.ApiKey))
            .Require(HttpStatusCode.OK);
        using var visit = await ConsoleVisit.OfAsync(fixture.Service);

        var page = await InspectAsync(visit, key.DeviceToken(fixture.Sibling, clock: fixture.Clock));

        page.ShouldContain("it was removed from there 0 seconds ago");
        VerdictsIn(page)["device/connect"].ShouldBe("401 UNAUTHORIZED");
    }

    [Fact]
    public async Task Inspection_OfAnotherOrganizationsToken_KnowsNoMoreThanOfNobodys()
    {
        using var visit = await ConsoleVisit.OfAsync(fixture.Service, await fixture.Api.CreateApiKeyAsync("org-inspecting"));
        var nobodys = new DeviceAddress(ProductId.Parse("wp-00000000"), fixture.Device.Device);

        var theirs = await InspectAsync(visit, fixture.ProductKey.ClientToken(fixture.Device, clock: fixture.Clock));
        var none = await InspectAsync(visit, fixture.ProductKey.ClientToken(nobodys, clock: fixture.Clock));

        theirs.ShouldContain($"the product {fixture.Device.Product} does not exist on this service");
        VerdictsIn(theirs).ShouldBeEmpty();
        FindingsIn(theirs).Replace(fixture.Device.Product.Value, nobodys.Product.Value, StringComparison.Ordinal).ShouldBe(FindingsIn(none));
    }

    [Theory]
    [InlineData("hello", "it has 1 part between its dots")]
    [InlineData("a.b.c.d.e", "it is encrypted (JWE)")]
    [InlineData("<script>.x.y", "no base64url")]
    public async Task Inspection_OfNoToken_SaysWhatItIsNot(string text, string said)
    {
        using var visit = await ConsoleVisit.OfAsync(fixture.Service);

        var page = await InspectAsync(visit, text);

        page.ShouldContain(said);
        VerdictsIn(page).ShouldBeEmpty();
    }

    [Fact]
    public async Task Inspection_OfMarkup_ShowsItAsText()
    {
        using var visit = await ConsoleVisit.OfAsync(fixture.Service);
        var token = fixture.ProductKey.ClientToken(fixture.Device, x => (x["<img>"] = "<script>alert(1)</script>", x["scope"] = "<b>bold</b>").ToString(), clock: fixture.Clock);

        var answer = await SubmitAsync(visit, token, "");

        answer.Body.ShouldNotContain("<script>alert");
        answer.Body.ShouldNotContain("<b>bold");
        WebUtility.HtmlDecode(answer.Body).ShouldContain("<script>alert(1)</script>");
    }

    [Fact]
    public async Task Token_ThatIsInspected_IsInNoLogAndNoUrl()
    {
        using var visit = await ConsoleVisit.OfAsync(fixture.Service);
        var token = fixture.ProductKey.ClientToken(fixture.Device, clock: fixture.Clock);

        var answer = await SubmitAsync(visit, token, "");

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Headers["Cache-Control"].ShouldContain("no-store");
        foreach (var part in token.Split('.'))
            fixture.Service.Log.ShouldAllBe(line => !line.Contains(part));
    }

    [Fact]
    public async Task Device_ThatIsNoneInTheForm_Is400AndSaysHow()
    {
        using var visit = await ConsoleVisit.OfAsync(fixture.Service);

        var answer = await SubmitAsync(visit, "x", "wd-0000000000000000");

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Body.ShouldContain("ID, a slash and the device");
    }

    private static async Task<string> InspectAsync(ConsoleVisit visit, string token, string device = "")
    {
        var answer = await SubmitAsync(visit, token, device);
        answer.Status.ShouldBe(HttpStatusCode.OK);
        return WebUtility.HtmlDecode(answer.Body);
    }

    private static Task<ConsoleVisit.Page> SubmitAsync(ConsoleVisit visit, string token, string device) =>
        visit.SubmitAsync("/console/tokens", "inspect", new() { ["Token"] = token, ["For"] = device });

    /// <summary>What the page says that each call would answer.</summary>
    private static Dictionary<string, string> VerdictsIn(string page) =>
        Row().Matches(page).ToDictionary(row => row.Groups["call"].Value, row => row.Groups["answer"].Value, StringComparer.Ordinal);

    /// <summary>The findings, but for the token itself, which differs by its signature.</summary>
    private static string FindingsIn(string page) => page[page.IndexOf("id=\"findings\"", StringComparison.Ordinal)..page.IndexOf("Header", page.IndexOf("id=\"findings\"", StringComparison.Ordinal), StringComparison.Ordinal)];

    [GeneratedRegex("""<th scope="row" class="mono nowrap">(?<call>[a-z/-]+)</th>\s*<td>\s*<span [^>]*>(?<answer>[^<]+)</span>""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();
}
