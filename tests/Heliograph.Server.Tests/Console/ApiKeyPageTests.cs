using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Console;

/// <summary>API keys in the console: the API's own rules, and a key that is shown once.</summary>
public sealed partial class ApiKeyPageTests
{
    private const string Keys = "/console/keys";
    private const string New = "/console/keys/new";

    [Fact]
    public async Task NewKey_IsShownOnceAndNowhereElse_AndWorks()
    {
        await using var service = await TestService.StartAsync();
        using var visit = await ConsoleVisit.OfAsync(service);

        var answer = await visit.SubmitAsync(New, "create", Form("Gate <b>2</b>", "30", "read"));

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Headers["Cache-Control"].ShouldContain("no-store");
        answer.Body.ShouldContain("Gate &lt;b&gt;2&lt;/b&gt;");
        var key = Key().Match(answer.Body).Value;
        (await service.Api.SendAsync(HttpMethod.Get, "/v1/webrtc/products", bearer: key)).Require(HttpStatusCode.OK);
        (await service.Api.SendAsync(HttpMethod.Post, "/v1/webrtc/products", ApiClient.Json("{}"), key)).Status.ShouldBe(HttpStatusCode.Forbidden);
        var list = await visit.GetAsync(Keys);
        list.Body.ShouldContain(key.Split('_')[1]);
        var secret = key[^52..];
        list.Body.ShouldNotContain(secret);
        service.Log.ShouldAllBe(line => !line.Contains(secret, StringComparison.Ordinal));
        var stored = (await service.Api.ManageAsync(HttpMethod.Get, "/v1/apikeys")).Require(HttpStatusCode.OK).AsArray().Single(x => x!.Text("id") == key.Split('_')[1])!;
        (stored["expiresAt"]!.GetValue<DateTime>() - DateTime.UtcNow).TotalDays.ShouldBeInRange(29.9, 30);
    }

    [Theory]
    [InlineData("90", "", null, "scopes")]
    [InlineData("90", "root", null, "scopes[0]: must be read, manage or report")]
    [InlineData("-1", "read", null, "expires")]
    [InlineData("90", "read", "two words", "organizationId")]
    public async Task NewKey_ThatIsWrong_IsRefusedInWords(string days, string scope, string? organization, string expected)
    {
        await using var service = await TestService.StartAsync();
        using var visit = await ConsoleVisit.OfAsync(service);
        var form = Form("x", days, scope);
        if (scope.Length == 0)
            form.Remove("Scopes");
        if (organization is not null)
            form["Organization"] = organization;

        var answer = await visit.SubmitAsync(New, "create", form);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Problem!.ShouldContain(expected);
    }

    [Fact]
    public async Task NewKey_ForAnotherOrganization_IsTheOperatorsToMakeAndTakeBack()
    {
        await using var service = await TestService.StartAsync();
        using var operators = await ConsoleVisit.OfAsync(service);

        var made = await operators.SubmitAsync(New, "create", new(Form("theirs", "0", "read")) { ["Organization"] = "or-other" });
        var key = Key().Match(made.Body).Value;
        var id = key.Split('_')[1];

        (await operators.GetAsync(Keys)).Body.ShouldNotContain(id);
        (await operators.GetAsync($"{Keys}?organization=or-other")).Body.ShouldContain(id);
        (await operators.SubmitAsync($"{Keys}/{id}/revoke", "revoke", [])).Location.ShouldBe("/console/keys?done=api-key-revoked");
        (await service.Api.SendAsync(HttpMethod.Get, "/v1/webrtc/products", bearer: key)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Manager_OfAnotherOrganization_HasNothingToDoWithOthersKeys()
    {
        await using var service = await TestService.StartAsync();
        var operatorsKey = service.Api.ApiKey.Split('_')[1];
        using var visit = await ConsoleVisit.OfAsync(service, await service.Api.CreateApiKeyAsync("or-other"));

        (await visit.GetAsync(New)).Body.ShouldNotContain("name=\"Organization\"");
        (await visit.SubmitAsync(New, "create", new(Form("x", "1", "read")) { ["Organization"] = "or-operator" })).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await visit.GetAsync($"{Keys}?organization=or-operator")).Status.ShouldBe(HttpStatusCode.Forbidden);
        var refused = await visit.SubmitAsync($"{Keys}/{operatorsKey}/revoke", "revoke", []);
        refused.Status.ShouldBe(HttpStatusCode.NotFound);
        (await service.Api.ManageAsync(HttpMethod.Get, "/v1/apikeys")).Require(HttpStatusCode.OK).AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Revoking_TheKeyThatOneIsSignedInWith_SignsOut()
    {
        await using var service = await TestService.StartAsync();
        var key = await service.Api.CreateApiKeyAsync("or-operator");
        using var visit = await ConsoleVisit.OfAsync(service, key);
        var path = $"{Keys}/{key.Split('_')[1]}/revoke";
        (await visit.GetAsync(path)).Body.ShouldContain("the key that you are signed in with");

        await visit.SubmitAsync(path, "revoke", []);

        (await visit.GetAsync(Keys)).Location!.ShouldContain("/console/sign-in");
    }

    [Fact]
    public async Task Viewer_SeesKeysAndMayChangeNone()
    {
        await using var service = await TestService.StartAsync();
        var readOnly = (await service.Api.ManageAsync(HttpMethod.Post, "/v1/apikeys", new JsonObject { ["scopes"] = new JsonArray("read") }))
            .Require(HttpStatusCode.OK).Text("key");
        using var visit = await ConsoleVisit.OfAsync(service, readOnly);
        var id = service.Api.ApiKey.Split('_')[1];

        var list = await visit.GetAsync(Keys);

        list.Body.ShouldContain(id);
        list.Body.ShouldNotContain("revoke");
        list.Body.ShouldNotContain(New);
        foreach (var (path, form) in ((string, string)[])[(New, "create"), ($"{Keys}/{id}/revoke", "revoke")])
        {
            (await visit.GetAsync(path)).Status.ShouldBe(HttpStatusCode.Forbidden);
            (await visit.PostAsync(path, new(Form("x", "1", "read")) { ["_handler"] = form, ["__RequestVerificationToken"] = list.Token })).Status.ShouldBe(HttpStatusCode.Forbidden);
        }

        (await service.Api.ManageAsync(HttpMethod.Get, "/v1/apikeys")).Require(HttpStatusCode.OK).AsArray().Count.ShouldBe(2);
    }

    private static Dictionary<string, string> Form(string name, string days, string scope) =>
        new(StringComparer.Ordinal) { ["Name"] = name, ["Days"] = days, ["Scopes"] = scope };

    [GeneratedRegex("hgk_[a-z0-9]{12}_[a-z0-9]{52}", RegexOptions.NonBacktracking)]
    private static partial Regex Key();
}
