using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Tokens;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Console;

/// <summary>What the scripts of the pages call: with a session, with its role, and for its organization alone.</summary>
public sealed class ScriptCallTests(TokenFixture fixture) : IClassFixture<TokenFixture>
{
    private static readonly string[] Changes = ["devices", "keys", "keys/remove"];

    [Fact]
    public async Task Calls_WithoutASession_Are401()
    {
        using var visit = new ConsoleVisit(fixture.Service);
        visit.Headers["Accept"] = "*/*";

        foreach (var call in (string[])["devices?product=" + fixture.Device.Product, "keys", "device"])
            (await visit.GetAsync($"/console/calls/{call}")).Status.ShouldBe(HttpStatusCode.Unauthorized, call);
    }

    [Fact]
    public async Task Changes_WithoutTheFormToken_Are400()
    {
        using var visit = await VisitAsync();
        visit.Headers.Remove("RequestVerificationToken");

        foreach (var call in Changes)
            (await ChangeAsync(visit, call, KeyBody(fixture.Device, fixture.DeviceKey))).Status.ShouldBe(HttpStatusCode.BadRequest, call);
    }

    [Fact]
    public async Task Changes_OfAVisitorWhoMayOnlyLook_Are403()
    {
        var body = new JsonObject { ["scopes"] = new JsonArray("read") };
        var reader = (await fixture.Api.ManageAsync(HttpMethod.Post, "/v1/apikeys", body)).Require(HttpStatusCode.OK)["key"]!.GetValue<string>();
        using var visit = await VisitAsync(reader);

        foreach (var call in Changes)
        {
            var answer = await ChangeAsync(visit, call, KeyBody(fixture.Device, fixture.DeviceKey));
            answer.Status.ShouldBe(HttpStatusCode.Forbidden, call);
            JsonNode.Parse(answer.Body)!["message"]!.GetValue<string>().ShouldContain("manager");
        }
    }

    [Fact]
    public async Task Calls_AboutAnotherOrganizationsDevice_Are404()
    {
        using var visit = await VisitAsync(await fixture.Api.CreateApiKeyAsync("org-calling"));

        foreach (var call in (string[])
        [
            $"devices?product={fixture.Device.Product}",
            $"device?product={fixture.Device.Product}&device={fixture.Device.Device}",
            $"keys?product={fixture.Device.Product}&device={fixture.Device.Device}&key={fixture.DeviceKey.IdFor(KeyOwner.Device)}",
            $"keys?product={fixture.Device.Product}&key={fixture.ProductKey.IdFor(KeyOwner.Product)}",
        ])
            (await visit.GetAsync($"/console/calls/{call}")).Status.ShouldBe(HttpStatusCode.NotFound, call);
        foreach (var call in (string[])["keys", "keys/remove"])
            (await ChangeAsync(visit, call, KeyBody(fixture.Device, fixture.DeviceKey))).Status.ShouldBe(HttpStatusCode.NotFound, call);
    }

    [Fact]
    public async Task Key_AddedAndRemoved_IsSaidToBeRegisteredMeanwhile()
    {
        using var key = new SigningKey();
        using var visit = await VisitAsync();
        var query = $"/console/calls/keys?product={fixture.Sibling.Product}&device={fixture.Sibling.Device}&key={key.IdFor(KeyOwner.Device)}";

        IsRegistered(await visit.GetAsync(query)).ShouldBeFalse();
        IsRegistered(await ChangeAsync(visit, "keys", KeyBody(fixture.Sibling, key))).ShouldBeTrue();
        IsRegistered(await visit.GetAsync(query)).ShouldBeTrue();
        IsRegistered(await ChangeAsync(visit, "keys/remove", KeyBody(fixture.Sibling, key))).ShouldBeFalse();
        IsRegistered(await visit.GetAsync(query)).ShouldBeFalse();
    }

    private async Task<ConsoleVisit> VisitAsync(string? apiKey = null)
    {
        var visit = await ConsoleVisit.OfAsync(fixture.Service, apiKey);
        var token = (await visit.GetAsync("/console/tokens")).Token;
        visit.Headers["Accept"] = "*/*";
        visit.Headers["RequestVerificationToken"] = token;
        return visit;
    }

    private static JsonObject KeyBody(DeviceAddress device, SigningKey key) =>
        new() { ["productId"] = device.Product.Value, ["deviceId"] = device.Device.Value, ["publicKey"] = key.PublicPem };

    private static Task<ConsoleVisit.Page> ChangeAsync(ConsoleVisit visit, string call, JsonObject body) =>
        visit.SendAsync(HttpMethod.Post, $"/console/calls/{call}", ApiClient.Json(body.ToJsonString()));

    private static bool IsRegistered(ConsoleVisit.Page answer)
    {
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        return JsonNode.Parse(answer.Body)!["registered"]!.GetValue<bool>();
    }
}
