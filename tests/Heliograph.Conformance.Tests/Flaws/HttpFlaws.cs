using System.Text.Json.Nodes;
using Heliograph.Conformance.Tests.Proxy;
using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Tests.Flaws;

/// <summary>Services whose HTTP is not as it should be.</summary>
internal static class HttpFlaws
{
    private const string Device = "/v1/device/connect";
    private const string Client = "/v1/client/connect";
    private const string Ice = "/v1/ice-servers";
    private const string Turn = """{"urls":["turn:turn.example:3478"],"username":"1:x","credential":"y"}""";

    public static IEnumerable<(string Id, Flaw Flaw)> All { get; } =
    [
        ("http.json-out", Changes(200, x => x.With("Content-Type", "text/plain"))),
        ("http.post-only", new() { Call = x => x.Method == "GET" ? Answers.Success : null }),
        ("http.chunked-body", Answers.Refuses(411, "LENGTH_REQUIRED", x => x.IsChunked)),
        ("http.expect-continue", Answers.Refuses(417, "EXPECTATION_FAILED", x => x.ExpectsContinue)),
        ("http.content-type-charset", Answers.Refuses(415, "UNSUPPORTED", x => x.Header("Content-Type")?.Contains("charset", StringComparison.Ordinal) == true)),
        ("http.lower-case-bearer", Answers.Refuses(401, "UNAUTHORIZED", x => x.Header("Authorization")?.StartsWith("bearer", StringComparison.Ordinal) == true)),
        ("http.double-slash", Answers.Refuses(404, "NOT_FOUND", x => x.Target.StartsWith("//", StringComparison.Ordinal))),
        ("http.unknown-fields", Answers.Refuses(400, "BAD_REQUEST", x => x.BodyText.Contains("later", StringComparison.Ordinal))),
        ("http.cors-any-origin", Changes(200, x => x.With("Access-Control-Allow-Origin", "https://console.example"))),
        ("http.cors-errors", Changes(401, x => x.Without("Access-Control-Allow-Origin"))),
        ("http.cors-no-cookies", Changes(200, x => x.With("Set-Cookie", "affinity=1"))),
        ("http.cors-preflight", Changes(204, x => x.With("Access-Control-Allow-Headers", "*"))),
        ("http.cors-retry-after", new() { Answer = (_, x) => x.Without("Access-Control-Expose-Headers") }),
        ("http.cors-websocket-origin", new() { Handshake = x => x.Request.Header("Origin") is null ? null : Answers.Error(403, "ACCESS_DENIED") }),
        ("http.device-connect.answer", Answers.Writes(Device, (_, _) => """{"signalingUrl":"/v1/signaling/x"}""")),
        ("http.device-connect.token-required", Answers.Takes(x => x.Token is null)),
        ("http.client-connect.answer", Answers.Writes(Client, (_, x) => x.Replace("channelId", "channel", StringComparison.Ordinal))),
        ("http.client-connect.device-online", Answers.Writes(Client, (_, x) => x.Replace("\"deviceOnline\":true", "\"deviceOnline\":null", StringComparison.Ordinal))),
        ("http.client-connect.channel-id", Answers.Writes(Client, CountsChannels())),
        ("http.client-connect.without-token", Frames.ToDevice("MESSAGE", (_, x) => x["authorized"] = true)),
        ("http.client-connect.with-token", Frames.ToDevice("MESSAGE", (_, x) => x["authorized"] = false)),
        ("http.client-connect.invalid-token-fails", Answers.Takes(x => x.Path == Client && x.Claims.Count > 0)),
        ("http.ice-servers.answer", Answers.Refuses(404, "NOT_FOUND", x => x.Path == Ice)),
        ("http.ice-servers.token-optional", Answers.Refuses(401, "UNAUTHORIZED", x => x.Path == Ice && x.Token is null)),
        ("http.ice-servers.invalid-token-fails", Answers.Takes(x => x.Path == Ice)),
        ("http.ice-servers.urls-is-array", Answers.Writes(Ice, (_, x) => Edit(x, server => server["urls"] = server["urls"]![0]!.DeepClone()))),
        ("http.ice-servers.no-nulls", Answers.Writes(Ice, (_, x) => Edit(x, server => server.TryAdd("username", null)))),
        ("http.ice-servers.turn-needs-scope", Answers.Writes(Ice, (_, _) => $$"""{"iceServers":[{{Turn}}]}""")),
        ("http.ice-servers.turn-with-scope", Answers.Writes(Ice, (request, x) => request.TokenField("kid")!.StartsWith("device", StringComparison.Ordinal) ? """{"iceServers":[]}""" : x)),
        ("http.ice-servers.credentials-short-lived", Answers.Writes(Ice, (_, x) => Edit(x, server =>
        {
            if (server.ContainsKey("username"))
                server["username"] = "4102444800:x";
        }))),
        ("http.errors.form", Changes(404, _ => Answers.Of(404, """{"type":"about:blank","title":"Not Found","status":404,"code":"DEVICE_ID_NOT_FOUND"}"""))),
        ("http.errors.body-missing", Answers.Mistakes(400, _ => Answers.Error(500, "INTERNAL_ERROR"), x => x.Body.Length == 0)),
        ("http.errors.body-not-json", Answers.Mistakes(400, _ => Answers.Error(500, "INTERNAL_ERROR"), x => x.BodyText == "[]")),
        ("http.errors.field-missing", Answers.Mistakes(400, _ => Answers.Error(404, "PRODUCT_ID_NOT_FOUND"))),
        ("http.errors.field-of-wrong-type", Answers.Mistakes(400, _ => Answers.Error(404, "DEVICE_ID_NOT_FOUND"))),
        ("http.errors.product-not-found", Changes(404, _ => Answers.Error(404, "NOT_FOUND"))),
        ("http.errors.device-not-found", Changes(404, _ => Answers.Error(404, "PRODUCT_ID_NOT_FOUND"))),
        ("http.errors.device-of-other-product", Changes(404, _ => Answers.Error(403, "ACCESS_DENIED"))),
        ("http.errors.payload-too-large", Changes(413, _ => Answers.Error(400, "BAD_REQUEST"))),
        ("http.errors.too-many-requests", Limits()),
        ("http.errors.server-errors", FailsOnce()),
    ];

    private static Flaw Changes(int status, Func<HttpAnswer, HttpAnswer> change) => Answers.Mistakes(status, change);

    private static string Edit(string body, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(body)!;
        foreach (var server in json["iceServers"]!.AsArray())
            change(server!.AsObject());
        return json.ToJsonString();
    }

    private static Func<ProxyRequest, string, string> CountsChannels()
    {
        var last = 0;
        return (_, body) =>
        {
            var json = JsonNode.Parse(body)!;
            json["channelId"] = $"channel-{Interlocked.Increment(ref last):d24}";
            return json.ToJsonString();
        };
    }

    /// <summary>Says no without saying for how long.</summary>
    private static Flaw Limits()
    {
        var calls = 0;
        return new() { Call = x => x.Path == Client && Interlocked.Increment(ref calls) > 50 ? Answers.Error(429, "TOO_MANY_REQUESTS") : null };
    }

    private static Flaw FailsOnce()
    {
        var calls = 0;
        return new() { Call = _ => Interlocked.Increment(ref calls) == 2 ? new(502, [("Content-Type", "text/html")], "<h1>Bad Gateway</h1>") : null };
    }
}
