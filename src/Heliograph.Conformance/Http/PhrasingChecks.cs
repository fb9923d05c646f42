using System.Text;
using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Http;

/// <summary>SDKs differ in how they phrase HTTP: all are fine.</summary>
internal static class PhrasingChecks
{
    public static IEnumerable<Check> All { get; } =
    [
        new(
            "http.json-out",
            "POST, JSON in and out.",
            "SDKs that look at the Content-Type before they read a body would take a success for garbage.",
            JsonOutAsync),
        new(
            "http.post-only",
            "POST, JSON in and out.",
            "A GET that makes channels is called by link previews, crawlers and caches.",
            PostOnlyAsync),
        new(
            "http.chunked-body",
            "SDKs differ in how they phrase HTTP: chunked bodies with no Content-Length: all are fine.",
            "The C++ SDK sends its bodies so, and gets no further.",
            ChunkedBodyAsync),
        new(
            "http.expect-continue",
            "SDKs differ in how they phrase HTTP: Expect: 100-continue: all are fine.",
            "The C++ SDK's HTTP library asks before it sends a body; a 417, or silence, ends its connect.",
            ExpectContinueAsync),
        new(
            "http.content-type-charset",
            "SDKs differ in how they phrase HTTP: application/json; charset=utf-8: all are fine.",
            "Several HTTP libraries add the charset by themselves.",
            ContentTypeCharsetAsync),
        new(
            "http.lower-case-bearer",
            "SDKs differ in how they phrase HTTP: a lower-case bearer: all are fine.",
            "The scheme's case does not matter by RFC 9110, and one SDK writes it so.",
            LowerCaseBearerAsync),
        new(
            "http.double-slash",
            "A path that begins with two slashes is read as if with one, since SDKs append paths to endpoint URLs that end in one.",
            "A slash at the end of the endpoint URL, which nobody sees, makes every connect a 404.",
            DoubleSlashAsync),
        new(
            "http.unknown-fields",
            "Unknown fields in a request are ignored.",
            "A newer SDK that sends a field more could not talk to an older service.",
            UnknownFieldsAsync),
    ];

    private static async Task JsonOutAsync(Scene scene)
    {
        foreach (var path in Scene.Calls)
        {
            var answer = await scene.RequireAsync(scene.GoodCallOf(path));
            var type = (answer.Header("Content-Type") ?? "none").Split(';')[0].Trim().ToLowerInvariant();
            Expect.That(type == "application/json", $"Content-Type application/json from {path}", type);
            Expect.That(answer.Json is { ValueKind: System.Text.Json.JsonValueKind.Object }, $"a JSON object from {path}", answer);
        }
    }

    private static async Task PostOnlyAsync(Scene scene)
    {
        foreach (var path in Scene.Calls)
        {
            var answer = await scene.SendAsync(scene.GoodCallOf(path) with { Method = "GET", Body = [] });
            Expect.That(answer.Status is >= 400 and < 500, $"GET {path} to be refused by a 4xx", answer);
        }
    }

    private static Task ChunkedBodyAsync(Scene scene) => EachAsync(scene, "a chunked body", x => x with { IsChunked = true });

    private static Task ExpectContinueAsync(Scene scene) => EachAsync(scene, "Expect: 100-continue", x => x with { ExpectsContinue = true });

    private static Task ContentTypeCharsetAsync(Scene scene) => EachAsync(
        scene, "application/json; charset=utf-8", x => x with { Headers = [.. x.Headers.Where(y => y.Name != "Content-Type"), ("Content-Type", "application/json; charset=utf-8")] });

    private static Task LowerCaseBearerAsync(Scene scene) => EachAsync(
        scene, "a lower-case bearer", x => x with { Headers = [.. x.Headers.Select(y => (y.Name, y.Value.Replace("Bearer ", "bearer ", StringComparison.Ordinal)))] });

    private static Task DoubleSlashAsync(Scene scene) => EachAsync(scene, "a path that begins with two slashes", x => x with { Path = "/" + x.Path });

    private static Task UnknownFieldsAsync(Scene scene) => EachAsync(scene, "a body with unknown fields", x => x with
    {
        Body = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(x.Body).Replace("{", """{"later":{"a":[1]},"other":null,""", StringComparison.Ordinal)),
    });

    private static async Task EachAsync(Scene scene, string what, Func<HttpCall, HttpCall> phrase)
    {
        foreach (var path in Scene.Calls)
            Expect.Ok(await scene.SendAsync(phrase(scene.GoodCallOf(path))), $"{path} with {what}");
    }
}
