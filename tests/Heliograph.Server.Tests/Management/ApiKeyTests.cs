using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Management;

/// <summary>API keys: making, using, revoking them.</summary>
public class ApiKeyTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    private ApiClient Api => fixture.Api;

    [Fact]
    public async Task Create_AnswersTheKeyOnceAndListsItWithoutItsSecret()
    {
        var created = await CreateAsync("""{"name":"CI","scopes":["read","manage","read"],"expiresAt":"2999-01-02T03:04:05+01:00"}""");

        created.Fields().ShouldBe(["key", "apiKey"]);
        var described = created["apiKey"]!;
        described.Fields().ShouldBe(["id", "organizationId", "name", "scopes", "created", "expiresAt", "revokedAt"]);
        created.Text("key").ShouldMatch($"^hgk_{described.Text("id")}_[a-z0-9]{{52}}$");
        described.Text("organizationId").ShouldBe("or-operator");
        described.Text("name").ShouldBe("CI");
        described["scopes"]!.ToJsonString().ShouldBe("""["read","manage"]""");
        described.Text("expiresAt").ShouldBe("2999-01-02T02:04:05Z");
        described["revokedAt"].ShouldBeNull();

        var list = await Api.ManageAsync(HttpMethod.Get, Paths.ApiKeys);
        list.Body.ShouldNotContain(created.Text("key")[^52..]);
        list.Require(HttpStatusCode.OK).AsArray().Where(x => x!.Text("id") == described.Text("id")).ShouldHaveSingleItem()!
            .ToJsonString().ShouldBe(described.ToJsonString());
    }

    [Theory]
    [InlineData("""["read"]""", HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    [InlineData("""["manage"]""", HttpStatusCode.Forbidden, HttpStatusCode.OK)]
    [InlineData("""["read","manage"]""", HttpStatusCode.OK, HttpStatusCode.OK)]
    public async Task Scopes_DecideWhatAKeyMayDo(string scopes, HttpStatusCode get, HttpStatusCode post)
    {
        var key = (await CreateAsync($$"""{"scopes":{{scopes}}}""")).Text("key");
        foreach (var path in (string[])[Paths.Products, Paths.ApiKeys])
        {
            var read = await Api.SendAsync(HttpMethod.Get, path, bearer: key);
            var manage = await Api.SendAsync(HttpMethod.Post, path, ApiClient.Json("""{"region":"local","scopes":["read"]}"""), key);

            read.Status.ShouldBe(get);
            manage.Status.ShouldBe(post);
            (read.Status == HttpStatusCode.Forbidden ? read : manage.Status == HttpStatusCode.Forbidden ? manage : null)
                ?.ShouldBeError(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied, "scope");
        }
    }

    [Fact]
    public async Task Revoke_TakesEffectAtOnceAndStaysAsItWas()
    {
        var created = await CreateAsync("""{"scopes":["read"]}""");
        var (key, path) = (created.Text("key"), $"{Paths.ApiKeys}/{created["apiKey"]!.Text("id")}");
        (await Api.SendAsync(HttpMethod.Get, Paths.Products, bearer: key)).Status.ShouldBe(HttpStatusCode.OK);

        var revoked = (await Api.ManageAsync(HttpMethod.Delete, path)).Require(HttpStatusCode.OK);

        revoked["revokedAt"].ShouldNotBeNull();
        (await Api.SendAsync(HttpMethod.Get, Paths.Products, bearer: key)).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
        (await Api.ManageAsync(HttpMethod.Delete, path)).Require(HttpStatusCode.OK).ToJsonString().ShouldBe(revoked.ToJsonString());
        (await Api.ManageAsync(HttpMethod.Delete, $"{Paths.ApiKeys}/nonsense")).ShouldBeError(HttpStatusCode.NotFound, ErrorCodes.ApiKeyNotFound);
    }

    [Fact]
    public async Task Expiry_EndsAKey()
    {
        var clock = new FakeTimeProvider();
        await using var service = await TestService.StartAsync(build: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var body = new JsonObject { ["scopes"] = new JsonArray("read"), ["expiresAt"] = clock.GetUtcNow().AddMinutes(10).ToString("O") };
        var key = (await service.Api.ManageAsync(HttpMethod.Post, Paths.ApiKeys, body)).Require(HttpStatusCode.OK).Text("key");

        clock.Advance(TimeSpan.FromMinutes(9));
        (await service.Api.SendAsync(HttpMethod.Get, Paths.Products, bearer: key)).Status.ShouldBe(HttpStatusCode.OK);

        clock.Advance(TimeSpan.FromMinutes(1));
        (await service.Api.SendAsync(HttpMethod.Get, Paths.Products, bearer: key)).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
    }

    [Fact]
    public async Task Key_ForAnotherOrganization_IsMadeByTheOperatorAlone()
    {
        var stranger = await Api.CreateApiKeyAsync("or-vendor");
        var body = """{"scopes":["read"],"organizationId":"or-third"}""";

        (await CreateAsync(body))["apiKey"]!.Text("organizationId").ShouldBe("or-third");
        (await Api.SendAsync(HttpMethod.Post, Paths.ApiKeys, ApiClient.Json(body), stranger)).ShouldBeError(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied);
        (await Api.SendAsync(HttpMethod.Post, Paths.ApiKeys, ApiClient.Json("""{"scopes":["read"],"organizationId":"or-vendor"}"""), stranger))
            .Require(HttpStatusCode.OK)["apiKey"]!.Text("organizationId").ShouldBe("or-vendor");
    }

    [Fact]
    public async Task Keys_OfAnotherOrganization_AreNeitherListedNorRevoked()
    {
        var stranger = await Api.CreateApiKeyAsync("or-lonely");
        var mine = (await CreateAsync("""{"scopes":["read"]}"""))["apiKey"]!.Text("id");

        var list = await Api.SendAsync(HttpMethod.Get, Paths.ApiKeys, bearer: stranger);
        var revoke = await Api.SendAsync(HttpMethod.Delete, $"{Paths.ApiKeys}/{mine}", bearer: stranger);

        list.Require(HttpStatusCode.OK).AsArray().ShouldHaveSingleItem()!.Text("organizationId").ShouldBe("or-lonely");
        revoke.ShouldBeError(HttpStatusCode.NotFound, ErrorCodes.ApiKeyNotFound);
    }

    [Fact]
    public async Task Revoke_ByTheOperator_WorksForAnotherOrganizationsKey()
    {
        var created = await CreateAsync("""{"scopes":["read"],"organizationId":"or-tenant"}""");
        var id = created["apiKey"]!.Text("id");

        (await Api.ManageAsync(HttpMethod.Delete, $"{Paths.ApiKeys}/{id}")).Require(HttpStatusCode.OK);

        (await Api.SendAsync(HttpMethod.Get, Paths.ApiKeys, bearer: created.Text("key")))
            .ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
    }

    [Theory]
    [InlineData("{}", "scopes: is missing")]
    [InlineData("""{"scopes":[]}""", "scopes: is missing")]
    [InlineData("""{"scopes":"read"}""", "scopes: is of the wrong type")]
    [InlineData("""{"scopes":["read","write"]}""", "scopes[1]: must be read, manage or report")]
    [InlineData("""{"scopes":["READ"]}""", "scopes[0]:")]
    [InlineData("""{"scopes":[null]}""", "scopes[0]:")]
    [InlineData("""{"scopes":["read"],"expiresAt":"2001-01-01T00:00:00Z"}""", "expiresAt: lies in the past")]
    [InlineData("""{"scopes":["read"],"expiresAt":"soon"}""", "expiresAt: is of the wrong type")]
    [InlineData("""{"scopes":["read"],"organizationId":""}""", "organizationId: must be")]
    [InlineData("""{"scopes":["read"],"organizationId":"a b"}""", "organizationId: must be")]
    public async Task Create_WithABadField_Is400NamingIt(string body, string message) =>
        (await Api.ManageAsync(HttpMethod.Post, Paths.ApiKeys, JsonNode.Parse(body))).ShouldBeError(HttpStatusCode.BadRequest, ErrorCodes.BadRequest, message);

    [Fact]
    public async Task Key_WithAnyCharacterChanged_Is401()
    {
        for (var i = 0; i < Api.ApiKey.Length; i++)
        {
            var altered = Api.ApiKey[..i] + (Api.ApiKey[i] == 'x' ? 'y' : 'x') + Api.ApiKey[(i + 1)..];
            (await Api.SendAsync(HttpMethod.Get, Paths.Products, bearer: altered)).Status.ShouldBe(HttpStatusCode.Unauthorized, $"character {i}");
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer nonsense")]
    [InlineData("Basic aGk6aG8=")]
    [InlineData("{key}")]
    [InlineData("Bearer {key}x")]
    [InlineData("Bearer {key},Bearer {key}")]
    public async Task Call_WithoutAGoodKey_Is401(string? authorization)
    {
        foreach (var (method, path) in ((HttpMethod, string)[])
            [(HttpMethod.Get, Paths.Products), (HttpMethod.Post, Paths.Products), (HttpMethod.Get, Paths.ApiKeys), (HttpMethod.Get, "/v1/webrtc/products/nonsense")])
        {
            var answer = await Api.SendAsync(method, path, configure: request =>
            {
                if (authorization is not null)
                    request.Headers.TryAddWithoutValidation("Authorization", authorization.Replace("{key}", Api.ApiKey, StringComparison.Ordinal));
            });

            answer.ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
            answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        }
    }

    [Fact]
    public async Task Key_WithALowerCaseScheme_IsFine() =>
        (await Api.SendAsync(HttpMethod.Get, Paths.Products, configure: request => request.Headers.Authorization = new("bearer", Api.ApiKey)))
            .Status.ShouldBe(HttpStatusCode.OK);

    private async Task<JsonNode> CreateAsync(string body) =>
        (await Api.ManageAsync(HttpMethod.Post, Paths.ApiKeys, JsonNode.Parse(body))).Require(HttpStatusCode.OK);
}
