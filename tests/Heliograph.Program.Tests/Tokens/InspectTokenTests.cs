using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Heliograph.Protocol;

namespace Heliograph.Program.Tests.Tokens;

/// <summary>
/// <c>token inspect</c> against the service: every token is both inspected and shown to the service, and they must agree. What is said
/// to refused ones is checked besides.
/// </summary>
public sealed class InspectTokenTests(InspectFixture fixture) : IClassFixture<InspectFixture>
{
    /// <summary>Tokens by name: how each is made, and what must be said of it; null where it is accepted.</summary>
    [SuppressMessage("Design", "MA0016", Justification = "A table of the test's own.")]
    internal static readonly Dictionary<string, (Func<InspectFixture, string> Make, string? Said)> Table = new(StringComparer.Ordinal)
    {
        ["device, right"] = (f => f.Device(), null),
        ["client, right"] = (f => f.Client(), null),
        ["no typ"] = (f => f.Device(header: x => x.Remove("typ")), null),
        ["another typ"] = (f => f.Device(header: x => x["typ"] = "at+jwt"), null),
        ["kid in upper case"] = (f => f.Device(header: x => x["kid"] = x["kid"]!.GetValue<string>().ToUpperInvariant()), null),
        ["kid with products:"] = (f => f.Client(header: x => x["kid"] = x["kid"]!.GetValue<string>().Replace("product:", "products:", StringComparison.Ordinal)), null),
        ["resource in upper case"] = (f => f.Device(x => x["resource"] = x["resource"]!.GetValue<string>().ToUpperInvariant()), null),
        ["no nbf and iat"] = (f => f.Device(x => (x.Remove("nbf"), x.Remove("iat")).ToString()), null),
        ["exp with a fraction"] = (f => f.Device(x => x["exp"] = InspectFixture.Now + 100.5), null),
        ["both scopes, device's key"] = (f => f.Device(scope: "device:connect client:connect"), null),
        ["nbf ahead within skew"] = (f => f.Device(x => x["nbf"] = InspectFixture.Now + 40), null),
        ["exp past within skew"] = (f => f.Client(x => x["exp"] = InspectFixture.Now - 20), null),

        ["padded"] = (f => f.Device() + "==", null),

        ["alg HS256"] = (f => f.Device(header: x => x["alg"] = "HS256"), "its alg is \"HS256\""),
        ["alg none"] = (f => f.Device(header: x => x["alg"] = "none"), "its alg is \"none\""),
        ["alg in lower case"] = (f => f.Client(header: x => x["alg"] = "es256"), "its alg is \"es256\""),
        ["no alg"] = (f => f.Device(header: x => x.Remove("alg")), "no alg"),
        ["alg a number"] = (f => f.Device(header: x => x["alg"] = 256), "its alg is 256"),
        ["crit"] = (f => f.Device(header: x => x["crit"] = new JsonArray("exp")), "(crit)"),
        ["half of a surrogate pair"] = (_ => $"{Base64Url.EncodeToString("""{"alg":"ES256","\ud800":1}"""u8)}.{Base64Url.EncodeToString("""{"\ud800":1}"""u8)}.{new string('A', 86)}", "header is no JSON object"),
        ["no kid"] = (f => f.Device(header: x => x.Remove("kid")), "no kid"),
        ["kid the bare hash"] = (f => f.Device(header: x => x["kid"] = x["kid"]!.GetValue<string>()["device:".Length..]), "does not begin with 'device:'"),
        ["kid something else"] = (f => f.Device(header: x => x["kid"] = "my-key"), "is not of the right form"),
        ["kid a number"] = (f => f.Device(header: x => x["kid"] = 7), "is not of the right form"),
        ["kid of a product on a device's token"] = (f => f.ProductKey.ClientToken(f.Address, scope: "device:connect"), "names a product's key"),
        ["kid of a device on a client's token"] = (f => f.DeviceKey.DeviceToken(f.Address, scope: "client:connect"), "names a device's key"),
        ["no exp"] = (f => f.Device(x => x.Remove("exp")), "no exp"),
        ["exp a text"] = (f => f.Device(x => x["exp"] = $"{InspectFixture.Now + 100}"), "which is no time"),
        ["exp in milliseconds"] = (f => f.Device(x => x["exp"] = (InspectFixture.Now + 100) * 1000), "looks like milliseconds"),
        ["exp past"] = (f => f.Client(x => x["exp"] = InspectFixture.Now - 200), "expired 3 minutes ago"),
        ["nbf ahead"] = (f => f.Device(x => x["nbf"] = InspectFixture.Now + 600), "its nbf lies 9 minutes ahead"),
        ["iat ahead"] = (f => f.Client(x => x["iat"] = InspectFixture.Now + 600), "its iat lies 9 minutes ahead"),
        ["nbf null"] = (f => f.Client(x => x["nbf"] = null), "its nbf is null"),
        ["scope missing"] = (f => f.Device(x => x.Remove("scope")), "no scope"),
        ["scope another"] = (f => f.Device(scope: "turn"), "lacks the word device:connect"),
        ["scope part of a word"] = (f => f.Device(scope: "device:connected"), "lacks the word device:connect"),
        ["scope in upper case"] = (f => f.Client(scope: "CLIENT:CONNECT"), "lacks the word client:connect"),
        ["scope with commas"] = (f => f.Client(scope: "client:connect,turn"), "lacks the word client:connect"),
        ["scope a list"] = (f => f.Device(x => x["scope"] = new JsonArray("device:connect")), "its scope is not a text"),
        ["resource missing"] = (f => f.Device(x => x.Remove("resource")), "no resource"),
        ["resource of another form"] = (f => f.Device(x => x["resource"] = f.Address.ToString()), "names no device"),
        ["resource of another device"] = (f => f.Device(x => x["resource"] = f.Sibling.Resource), $"it is for the device wp-"),
        ["signature in DER"] = (f => f.SignedBy(DSASignatureFormat.Rfc3279DerSequence), "is in DER"),
        ["signature cut off"] = (f => f.Device()[..^2], "its signature has 63 bytes"),
        ["signature cut off to no base64"] = (f => f.Device()[..^1], "its signature can't be decoded"),
        ["no signature"] = (f => f.Device()[..(f.Device().LastIndexOf('.') + 1)], "not signed"),
        ["claims changed"] = (f => Changed(f.Device()), "does not verify with the registered key"),
        ["signed by another key"] = (f => f.OtherKey.DeviceToken(f.Address, header: x => x["kid"] = f.DeviceKey.IdFor(KeyOwner.Device).Value), "does not verify with the registered key"),
        ["key registered nowhere"] = (f => f.OtherKey.DeviceToken(f.Address), "is not registered on the device"),
        ["key of another device"] = (f => f.SiblingKey.DeviceToken(f.Address), "it is registered on the device wp-"),
        ["key of the product, as a device's"] = (f => f.ProductKey.DeviceToken(f.Address), "it is registered on the product"),
        ["key of the device, as a product's"] = (f => f.DeviceKey.ClientToken(f.Address), "it is registered on the device"),
        ["key of another product"] = (f => f.StrangerKey.ClientToken(f.Address), "it is registered on the product"),
        ["two parts"] = (f => f.Device()[..f.Device().LastIndexOf('.')], "it has 2 parts"),
        ["five parts"] = (f => f.Device() + ".x.y", "five parts"),
        ["one word"] = (_ => "nonsense", "it has 1 part "),
        ["white space within"] = (f => f.Device().Insert(20, " "), "white space"),
        ["header no JSON"] = (f => "bm90anNvbg" + f.Device()[f.Device().IndexOf('.')..], "header is no JSON object"),
        ["claims no object"] = (f => $"{f.Device().Split('.')[0]}.WzFd.{f.Device().Split('.')[2]}", "claims is no JSON object"),
        ["spare bits of the last character"] = (f => WithSpareBits(f.Device()), "its signature can't be decoded"),
        ["signature with other characters"] = (f => f.Device()[..^3] + "!!!", "its signature can't be decoded"),
        ["too long"] = (f => f.Device(x => x["padding"] = new string('x', 16_000)), "characters long"),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Inspect_OfAnyToken_AgreesWithTheService(string name)
    {
        var (make, said) = Table[name];
        var token = make(fixture);
        var isTaken = await IsTakenAsync(token);
        isTaken.ShouldBe(said is null, "The table is wrong about the service.");

        var run = await TokenRun.InspectAsync(token, [.. fixture.Target, "--for", fixture.Address.ToString()]);

        run.Json["accepted"]!.GetValue<bool>().ShouldBe(isTaken, run.Output);
        if (said is null)
            run.Json.Text("signature").ShouldBe("verified with the registered key");
        else
            run.Problems.ShouldContain(x => x.Contains(said, StringComparison.Ordinal), run.Output);
    }

    [Fact]
    public async Task Problems_OfOneToken_AreAllTold()
    {
        var token = fixture.OtherKey.DeviceToken(fixture.Address, x => (x["exp"], x["scope"], x["resource"]) = (InspectFixture.Now - 200, "turn", fixture.Sibling.Resource));

        var run = await TokenRun.InspectAsync(token, [.. fixture.Target, "--for", fixture.Address.ToString()]);

        run.Problems.Count.ShouldBe(4, run.Output);
        run.Problems[0].ShouldContain("expired");
        run.Problems[1].ShouldContain("lacks the word");
        run.Problems[2].ShouldContain("it is for the device");
        run.Problems[3].ShouldContain("not registered");
    }

    [Fact]
    public async Task Product_ThatDoesNotExist_IsTold()
    {
        using var key = new SigningKey();

        var run = await TokenRun.InspectAsync(key.DeviceToken(new(ProductId.New(), DeviceId.New())), [.. fixture.Target]);

        run.Problems.ShouldHaveSingleItem().ShouldContain("does not exist on this service");
    }

    [Fact]
    public async Task Device_ThatDoesNotExist_IsTold()
    {
        var run = await TokenRun.InspectAsync(fixture.ProductKey.ClientToken(fixture.Address with { Device = DeviceId.New() }), [.. fixture.Target]);

        run.Problems.ShouldHaveSingleItem().ShouldContain("does not exist in the product");
    }

    [Fact]
    public async Task PublicKey_Given_ChecksTheSignatureOffline()
    {
        using var folder = new TempFolder();
        var (right, wrong) = (folder.Write("right.pem", fixture.DeviceKey.PublicPem), folder.Write("wrong.pem", fixture.OtherKey.PublicPem));

        (await TokenRun.InspectAsync(fixture.Device(), "--public-key", right)).Json.Text("signature").ShouldStartWith("verified with the key in");
        var refused = await TokenRun.InspectAsync(fixture.Device(), "--public-key", wrong);

        refused.Problems.Count.ShouldBe(2, refused.Output);
        refused.Problems[0].ShouldContain("kid names another key");
        refused.Problems[1].ShouldContain("does not verify");
    }

    [Fact]
    public async Task Inspect_OfStandardInput_TakesATokenAsItIsCopied()
    {
        using var cli = new Cli();

        var inspected = await cli.RunAsync($"\nBearer {fixture.Device()}\n", ["token", "inspect"]);

        inspected.Succeeded().Output.ShouldContain($"Nothing in it is wrong for a device's token for {fixture.Address}");
    }

    [Fact]
    public async Task Inspect_WithNothingToCheckWith_SaysSo()
    {
        var run = await TokenRun.InspectAsync($"Bearer {fixture.Device()}");

        run.ExitCode.ShouldBe(0, run.Output);
        run.Json.Text("signature").ShouldBe("not checked: neither a key nor a service was given");
        run.Json["verified"]!.GetValue<bool>().ShouldBeFalse();
    }

    /// <summary>Anyone at all can write a token in which nothing is wrong but the signature.</summary>
    [Fact]
    public async Task Inspect_WithNothingToCheckWith_DoesNotSayThatItIsAccepted()
    {
        var forged = fixture.OtherKey.DeviceToken(fixture.Address, header: x => x["kid"] = fixture.DeviceKey.IdFor(KeyOwner.Device).Value);

        var unverified = await TokenRun.RunAsync("inspect", forged);
        var right = await TokenRun.RunAsync(["inspect", fixture.Device(), .. fixture.Target]);

        unverified.Output.ShouldNotContain("would accept it");
        unverified.Output.ShouldContain("depends on its signature, which was not checked");
        right.Output.ShouldContain($"A service would accept it as a device's token for {fixture.Address}.");
    }

    [Theory]
    [InlineData("x", "its form does not allow it")]
    [InlineData(".x.y", "its form does not allow it")]
    public async Task Signature_ThatCanNotBeChecked_IsToldThoughAServiceWasAsked(string more, string why)
    {
        var run = await TokenRun.InspectAsync(fixture.Device() + more, [.. fixture.Target]);

        run.Json.Text("signature").ShouldBe($"not checked: {why}");
    }

    [Fact]
    public async Task Signature_OfATokenForNoDevice_IsNotSaidToHaveBeenAskedFor()
    {
        var run = await TokenRun.InspectAsync(fixture.Device(x => x.Remove("resource")), [.. fixture.Target]);

        run.Json.Text("signature").ShouldBe("not checked: it names no device, so there is none whose keys could be looked at");
    }

    [Fact]
    public async Task Inspect_ForPeople_ReadsLikeALetter()
    {
        var run = await TokenRun.RunAsync("inspect", fixture.Client(x => x["exp"] = InspectFixture.Now - 200));

        run.ExitCode.ShouldBe(1);
        var lines = run.Output.Split('\n');
        lines[0].ShouldBe("Header");
        lines.ShouldContain("  alg  ES256");
        lines.ShouldContain(x => x.StartsWith("  exp       ", StringComparison.Ordinal) && x.TrimEnd().EndsWith("3 minutes ago", StringComparison.Ordinal));
        lines.ShouldContain("A service would refuse it as a client's token:");
        lines.ShouldContain("  1. it expired 3 minutes ago");
    }

    /// <summary>Whether the service takes a token in one of its roles.</summary>
    private async Task<bool> IsTakenAsync(string token)
    {
        foreach (var call in (string[])["/v1/device/connect", "/v1/client/connect"])
        {
            var answer = await fixture.Api.SendAsync(HttpMethod.Post, call, ApiClient.ConnectBody(fixture.Address), configure: request =>
                request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}"));
            if (answer.Status == HttpStatusCode.OK)
                return true;
            answer.Status.ShouldBeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden);
        }

        return false;
    }

    /// <summary>64 bytes leave four bits of the last character over.</summary>
    private static string WithSpareBits(string token) => token[..^1] + (char)(token[^1] + 1);

    private static string Changed(string token)
    {
        var parts = token.Split('.');
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
        claims["exp"] = InspectFixture.Now + 86_400;
        return $"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}.{parts[2]}";
    }
}
