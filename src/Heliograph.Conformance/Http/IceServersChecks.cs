using System.Globalization;
using System.Text.Json;
using Heliograph.Conformance.Tokens;
using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Http;

/// <summary><c>/v1/ice-servers</c>.</summary>
internal static class IceServersChecks
{
    private static readonly TimeSpan LongestCredential = TimeSpan.FromDays(7);

    public static IEnumerable<Check> All { get; } =
    [
        new(
            "http.ice-servers.answer",
            "/v1/ice-servers → 200 {\"iceServers\":[…]}. It answers 200 also where no TURN is configured: devices call it in every setup, and a failure would end the channel.",
            "Every channel ends before it began.",
            AnswerAsync),
        new(
            "http.ice-servers.token-optional",
            "bearer token optional (a device's or a client's). STUN entries for anyone.",
            "Clients of the shared-secret model have no token, and devices only their own.",
            TokenOptionalAsync),
        new(
            "http.ice-servers.invalid-token-fails",
            "401 UNAUTHORIZED when the token is malformed, expired, or its signature or kid does not verify.",
            "An SDK whose token has expired takes STUN alone for all there is, and connects only in easy networks.",
            InvalidTokenFailsAsync),
        new(
            "http.ice-servers.urls-is-array",
            "urls is always an array.",
            "Typed SDKs fail at a single text, although browsers take it.",
            UrlsIsArrayAsync),
        new(
            "http.ice-servers.no-nulls",
            "Fields that don't apply are left out, never null (one SDK stops reading at a null).",
            "That SDK's channel ends there.",
            NoNullsAsync),
        new(
            "http.ice-servers.turn-needs-scope",
            "TURN entries with short-lived credentials only for a valid token whose scope has turn.",
            "TURN costs its operator for each byte: open to anyone, it is found and used by others.",
            TurnNeedsScopeAsync),
        new(
            "http.ice-servers.turn-with-scope",
            "TURN entries with short-lived credentials for a valid token whose scope has turn.",
            "Peers behind strict networks can't connect without TURN.",
            TurnWithScopeAsync),
        new(
            "http.ice-servers.credentials-short-lived",
            "TURN entries with short-lived credentials.",
            "Credentials that last are shared, and TURN is then open to anyone after all.",
            CredentialsShortLivedAsync),
    ];

    private static async Task AnswerAsync(Scene scene)
    {
        foreach (var token in TokensOf(scene))
        {
            var answer = Expect.Ok(await scene.CallAsync(Scene.IceServers, token), "ice-servers");
            Expect.That(
                answer.Json is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("iceServers", out var list) && list.ValueKind == JsonValueKind.Array,
                "iceServers as an array",
                answer);
            foreach (var server in ServersOf(answer))
                Expect.That(server.ValueKind == JsonValueKind.Object && server.TryGetProperty("urls", out _), "urls in each entry of iceServers", "an entry without");
        }
    }

    private static async Task TokenOptionalAsync(Scene scene)
    {
        Expect.Ok(await scene.CallAsync(Scene.IceServers), "ice-servers without a token");
        Expect.Ok(await scene.CallAsync(Scene.IceServers, scene.DeviceToken()), "ice-servers with a device's token");
        Expect.Ok(await scene.CallAsync(Scene.IceServers, scene.ClientToken()), "ice-servers with a client's token");
        Expect.Ok(await scene.CallAsync(Scene.IceServers, scene.ClientToken(x => x.Claims["scope"] = "client:connect")), "ice-servers with a token without the scope turn");
    }

    private static async Task InvalidTokenFailsAsync(Scene scene)
    {
        Expect.Error(await scene.CallAsync(Scene.IceServers, "not-a-token"), 401, "UNAUTHORIZED", "ice-servers with something that is no token");
        var expired = scene.DeviceToken(x => x.Claims["exp"] = scene.Now.AddHours(-1).ToUnixTimeSeconds());
        Expect.Error(await scene.CallAsync(Scene.IceServers, expired), 401, "UNAUTHORIZED", "ice-servers with a token that has expired");
        var draft = TokenDraft.OfDevice(scene.Device, scene.Now);
        var signature = draft.Sign().Split('.')[2];
        draft.Claims["exp"] = draft.Claims["exp"]!.GetValue<long>() + 60;
        Expect.Error(
            await scene.CallAsync(Scene.IceServers, $"{draft.Unsigned()}.{signature}"),
            401, "UNAUTHORIZED", "ice-servers with a token whose signature does not verify");
    }

    private static async Task UrlsIsArrayAsync(Scene scene)
    {
        var servers = await AllServersAsync(scene);
        foreach (var server in servers)
        {
            Expect.That(
                server.TryGetProperty("urls", out var urls) && urls.ValueKind == JsonValueKind.Array && urls.GetArrayLength() > 0
                    && urls.EnumerateArray().All(x => x.ValueKind == JsonValueKind.String),
                "urls as an array of texts",
                server.TryGetProperty("urls", out urls) ? urls.ValueKind : "none");
        }
    }

    private static async Task NoNullsAsync(Scene scene)
    {
        foreach (var server in await AllServersAsync(scene))
        {
            foreach (var field in server.EnumerateObject())
                Expect.That(field.Value.ValueKind != JsonValueKind.Null, "no field that is null", $"{field.Name} null");
        }
    }

    private static async Task TurnNeedsScopeAsync(Scene scene)
    {
        foreach (var (token, what) in ((string?, string)[])
            [(null, "without a token"), (scene.ClientToken(x => x.Claims["scope"] = "client:connect"), "with a client's token without the scope turn"),
             (scene.DeviceToken(x => x.Claims["scope"] = "device:connect"), "with a device's token without the scope turn"),
             (scene.DeviceToken(x => x.Claims["scope"] = "device:connect turning"), "with the scope turning")])
        {
            var answer = await scene.RequireAsync(scene.CallOf(Scene.IceServers, token));
            Expect.That(!ServersOf(answer).Any(IsTurn), $"no TURN entries {what}", "some");
        }
    }

    private static async Task TurnWithScopeAsync(Scene scene)
    {
        var byToken = new List<bool>();
        foreach (var token in (string[])[scene.DeviceToken(), scene.ClientToken()])
        {
            var turn = ServersOf(await scene.RequireAsync(scene.CallOf(Scene.IceServers, token))).Where(IsTurn).ToList();
            byToken.Add(turn.Count > 0);
            foreach (var server in turn)
            {
                foreach (var field in (string[])["username", "credential"])
                {
                    Expect.That(
                        server.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String && value.GetString()!.Length > 0,
                        $"a text {field} in each TURN entry",
                        "none");
                }
            }
        }

        if (!byToken.Contains(true))
            throw new NotCheckedException("the service has no TURN configured");
        Expect.That(!byToken.Contains(false), "TURN entries for a device's token as well as a client's", "for one of them only");
    }

    private static async Task CredentialsShortLivedAsync(Scene scene)
    {
        var names = (await AllServersAsync(scene)).Where(IsTurn).Select(x => x.TryGetProperty("username", out var name) ? name.GetString() : null).ToList();
        if (names.Count == 0)
            throw new NotCheckedException("the service has no TURN configured");
        foreach (var name in names)
        {
            // The form of every TURN server's REST API: the user name begins with the second at which it ends.
            var seconds = name?.Split(':').FirstOrDefault(x => x.Length >= 10 && x.All(char.IsAsciiDigit));
            if (seconds is null || !long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var end))
                throw new NotCheckedException("the user name of the TURN entry does not tell when it ends");
            var left = DateTimeOffset.FromUnixTimeSeconds(end) - scene.Now;
            Expect.That(left > TimeSpan.Zero && left < LongestCredential, "credentials that end within a week, and not yet", $"some that end in {left.TotalHours:0} hours");
        }
    }

    /// <summary>What all kinds of callers are given, together.</summary>
    private static async Task<IReadOnlyList<JsonElement>> AllServersAsync(Scene scene)
    {
        var servers = new List<JsonElement>();
        foreach (var token in TokensOf(scene))
            servers.AddRange(ServersOf(await scene.RequireAsync(scene.CallOf(Scene.IceServers, token))));
        return servers.Count > 0 ? servers : throw new NotCheckedException("the service has no STUN or TURN configured");
    }

    private static string?[] TokensOf(Scene scene) => [null, scene.DeviceToken(), scene.ClientToken()];

    private static List<JsonElement> ServersOf(HttpAnswer answer) =>
        answer.Json is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("iceServers", out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray()]
            : [];

    private static bool IsTurn(JsonElement server) =>
        server.TryGetProperty("credential", out _)
        || (server.TryGetProperty("urls", out var urls) && urls.GetRawText().Contains("\"turn", StringComparison.OrdinalIgnoreCase));
}
