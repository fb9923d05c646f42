using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Heliograph.Testing;

/// <summary>
/// A small provider of OpenID Connect on this machine: code flow with PKCE, one client, one person, who is signed in by a click. It can
/// be told to answer wrongly.
/// </summary>
public sealed class OpenIdProvider : IAsyncDisposable
{
    public const string ClientId = "heliograph-console";
    public const string ClientSecret = "the-secret-of-the-client";

    private readonly RSA _key = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, IQueryCollection> _codes = new(StringComparer.Ordinal);
    private readonly WebApplication _app;

    private OpenIdProvider(WebApplication app) => _app = app;

    /// <summary>Its URL. To a browser that has the console at localhost it is another site.</summary>
    public string Authority { get; private set; } = null!;

    /// <summary>What it says of the person, besides what every token has.</summary>
    public JsonObject Claims { get; set; } = new() { ["sub"] = "ada", ["name"] = "Ada Lovelace", ["roles"] = new JsonArray("manager") };

    /// <summary>How long its tokens are valid.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Changes the claims of a token before it is signed.</summary>
    public Action<JsonObject> Alter { get; set; } = _ => { };

    /// <summary>Whether it signs with a key that it does not publish.</summary>
    public bool SignsWithAnotherKey { get; set; }

    /// <summary>Whether it refuses the person.</summary>
    public bool RefusesThePerson { get; set; }

    /// <summary>Every code and token that it gave out, and every verifier that it was given.</summary>
    public ConcurrentBag<string> Secrets { get; } = [];

    /// <summary>How often somebody was signed out at it.</summary>
    public int SignOuts { get; private set; }

    public static async Task<OpenIdProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var provider = new OpenIdProvider(app);
        app.MapGet("/.well-known/openid-configuration", provider.Discover);
        app.MapGet("/keys", provider.Keys);
        app.MapGet("/authorize", provider.Authorize);
        app.MapPost("/token", (Delegate)provider.GiveTokenAsync);
        app.MapGet("/sign-out", provider.SignOut);
        await app.StartAsync();
        provider.Authority = app.Urls.Single();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private IResult Discover() => Results.Text(
        new JsonObject
        {
            ["issuer"] = Authority,
            ["authorization_endpoint"] = $"{Authority}/authorize",
            ["token_endpoint"] = $"{Authority}/token",
            ["jwks_uri"] = $"{Authority}/keys",
            ["end_session_endpoint"] = $"{Authority}/sign-out",
            ["response_types_supported"] = new JsonArray("code"),
            ["subject_types_supported"] = new JsonArray("public"),
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
        }.ToJsonString(),
        "application/json");

    private IResult Keys()
    {
        var key = _key.ExportParameters(includePrivateParameters: false);
        return Results.Text(
            new JsonObject
            {
                ["keys"] = new JsonArray(new JsonObject
                {
                    ["kty"] = "RSA",
                    ["use"] = "sig",
                    ["alg"] = "RS256",
                    ["kid"] = "one",
                    ["n"] = Base64Url.EncodeToString(key.Modulus),
                    ["e"] = Base64Url.EncodeToString(key.Exponent),
                }),
            }.ToJsonString(),
            "application/json");
    }

    /// <summary>A page with a link that leads back, as the person's click on "sign in" does.</summary>
    private IResult Authorize(HttpContext http)
    {
        var query = http.Request.Query;
        if (query["client_id"] != ClientId || query["response_type"] != "code" || query["code_challenge_method"] != "S256" || query["nonce"].Count != 1)
            return Results.BadRequest();
        var code = RandomNumberGenerator.GetHexString(32);
        Secrets.Add(code);
        _codes[code] = query;
        var answer = RefusesThePerson ? "error=access_denied" : $"code={code}";
        var back = $"{query["redirect_uri"]}?{answer}&state={Uri.EscapeDataString(query["state"].ToString())}";
        return Results.Text($"<!doctype html><title>Provider</title><link rel=\"icon\" href=\"data:,\"><a href=\"{back.Replace("&", "&amp;", StringComparison.Ordinal)}\">Sign in</a>", "text/html");
    }

    private async Task<IResult> GiveTokenAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        var verifier = form["code_verifier"].ToString();
        Secrets.Add(verifier);
        if (!_codes.TryRemove(form["code"].ToString(), out var asked) || form["client_id"] != ClientId || form["client_secret"] != ClientSecret
            || form["grant_type"] != "authorization_code" || form["redirect_uri"] != asked["redirect_uri"]
            || Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))) != asked["code_challenge"])
            return Results.Text("""{"error":"invalid_grant"}""", "application/json", statusCode: StatusCodes.Status400BadRequest);

        var now = DateTimeOffset.UtcNow;
        var claims = (JsonObject)Claims.DeepClone();
        claims["iss"] = Authority;
        claims["aud"] = ClientId;
        claims["iat"] = now.ToUnixTimeSeconds();
        claims["exp"] = (now + TokenLifetime).ToUnixTimeSeconds();
        claims["nonce"] = asked["nonce"].ToString();
        Alter(claims);
        var token = Sign(claims);
        Secrets.Add(token);
        return Results.Text(
            new JsonObject { ["access_token"] = "an-access-token", ["token_type"] = "Bearer", ["id_token"] = token }.ToJsonString(), "application/json");
    }

    private IResult SignOut(HttpContext http)
    {
        SignOuts++;
        return Results.Redirect($"{http.Request.Query["post_logout_redirect_uri"]}?state={Uri.EscapeDataString(http.Request.Query["state"].ToString())}");
    }

    private string Sign(JsonObject claims)
    {
        using var other = RSA.Create(2048);
        var text = $"{Encode("""{"alg":"RS256","kid":"one","typ":"JWT"}""")}.{Encode(claims.ToJsonString())}";
        var signature = (SignsWithAnotherKey ? other : _key).SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64Url.EncodeToString(signature)}";

        static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
    }
}
