using System.Text;
using System.Text.Json.Nodes;
using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Http;

/// <summary>The table of errors.</summary>
internal static class ErrorChecks
{
    private const long TooLarge = 100L * 1024 * 1024;
    private const int SentOfTooLarge = 4 * 1024 * 1024;
    private const int MostCalls = 5000;
    private const int CallsAtATime = 32;

    public static IEnumerable<Check> All { get; } =
    [
        new(
            "http.errors.form",
            "Errors are {\"message\":<for a person>,\"code\":<for a program>}. Both are always there as strings (SDKs ignore code without message); problem-details bodies would break them.",
            "SDKs can't tell what is wrong, and treat what is final as what may pass.",
            FormAsync),
        new(
            "http.errors.body-missing",
            "400 BAD_REQUEST: body missing.",
            "A 500 in its place is tried again for ever.",
            s => BadBodyAsync(s, "no body", "")),
        new(
            "http.errors.body-not-json",
            "400 BAD_REQUEST: not JSON.",
            "A 500 in its place is tried again for ever.",
            BodyNotJsonAsync),
        new(
            "http.errors.field-missing",
            "400 BAD_REQUEST: a field missing.",
            "A 404 in its place says that the device is gone.",
            FieldMissingAsync),
        new(
            "http.errors.field-of-wrong-type",
            "400 BAD_REQUEST: a field of the wrong type.",
            "A 500 in its place is tried again for ever.",
            FieldOfWrongTypeAsync),
        new(
            "http.errors.product-not-found",
            "404 PRODUCT_ID_NOT_FOUND: no such product. SDKs tell the two 404 codes apart, on device/connect too.",
            "Apps show which of the two IDs was typed wrong.",
            ProductNotFoundAsync),
        new(
            "http.errors.device-not-found",
            "404 DEVICE_ID_NOT_FOUND: no such device in it. SDKs tell the two 404 codes apart, on device/connect too.",
            "Apps show which of the two IDs was typed wrong.",
            DeviceNotFoundAsync),
        new(
            "http.errors.device-of-other-product",
            "404 DEVICE_ID_NOT_FOUND: no such device in it (device IDs are unique within their product only).",
            "A device that is found by its ID alone can be reached through another vendor's product.",
            DeviceOfOtherProductAsync) { ForeignDevices = 1 },
        new(
            "http.errors.payload-too-large",
            "413 PAYLOAD_TOO_LARGE.",
            "A service that reads whatever it is sent can be filled up by anyone.",
            PayloadTooLargeAsync),
        new(
            "http.errors.too-many-requests",
            "429 TOO_MANY_REQUESTS with Retry-After: <seconds>, which SDKs honour.",
            "Without the header devices wait for five minutes, or come back at once, all together.",
            TooManyRequestsAsync) { Kind = CheckKind.Load },
        new(
            "http.errors.server-errors",
            "500, 503: INTERNAL_ERROR, UNAVAILABLE.",
            "An SDK that can't read the code can't tell that trying again helps.",
            ServerErrorsAsync) { Kind = CheckKind.Last },
    ];

    private static async Task FormAsync(Scene scene)
    {
        foreach (var path in Scene.Calls)
        {
            var missing = scene.CallOf(path, scene.DeviceToken()) with { Body = Scene.BodyOf(scene.Device.Address, x => x["deviceId"] = UnknownDevice) };
            foreach (var (call, status) in ((HttpCall, int)[])
                [(scene.CallOf(path) with { Body = [] }, 400), (scene.CallOf(path, "not-a-token"), 401),
                 (scene.CallOf(path, path == Scene.DeviceConnect ? scene.DeviceToken(NoResource) : scene.ClientToken(NoResource)), 403), (missing, 404)])
            {
                var answer = await scene.SendAsync(call);
                Expect.That(answer.Status == status, $"{status} from {path}", answer);
                Expect.ErrorForm(answer, $"a {status} of {path}");
                var type = (answer.Header("Content-Type") ?? "none").Split(';')[0].Trim();
                Expect.That(type == "application/json", $"Content-Type application/json of a {status} of {path}", Redaction.Of(type));
            }
        }

        static void NoResource(Tokens.TokenDraft draft) => draft.Claims.Remove("resource");
    }

    private static async Task BodyNotJsonAsync(Scene scene)
    {
        foreach (var body in (string[])["{", "productId=x&deviceId=y", "{\"productId\":\"a\" \"deviceId\":\"b\"}", "[]", "null", "\"text\""])
            await BadBodyAsync(scene, $"the body '{body}'", body);
    }

    private static async Task FieldMissingAsync(Scene scene)
    {
        foreach (var field in (string[])["productId", "deviceId"])
            await BadBodyAsync(scene, $"a body without {field}", Body(scene, x => x.Remove(field)));
        await BadBodyAsync(scene, "an empty object", "{}");
    }

    private static async Task FieldOfWrongTypeAsync(Scene scene)
    {
        foreach (var field in (string[])["productId", "deviceId"])
        {
            await BadBodyAsync(scene, $"a {field} that is a number", Body(scene, x => x[field] = 1));
            await BadBodyAsync(scene, $"a {field} that is an object", Body(scene, x => x[field] = new JsonObject()));
            await BadBodyAsync(scene, $"a {field} that is a list", Body(scene, x => x[field] = new JsonArray(x[field]!.DeepClone())));
        }
    }

    private static async Task ProductNotFoundAsync(Scene scene)
    {
        foreach (var call in GoodTokenCalls(scene, x => x["productId"] = "wp-00000000"))
            Expect.Error(await scene.SendAsync(call), 404, "PRODUCT_ID_NOT_FOUND", $"{call.Path} with a product that does not exist");
        foreach (var call in GoodTokenCalls(scene, x => x["productId"] = "no product's form"))
            Expect.Error(await scene.SendAsync(call), 404, "PRODUCT_ID_NOT_FOUND", $"{call.Path} with a product ID of another form");
    }

    private static async Task DeviceNotFoundAsync(Scene scene)
    {
        foreach (var call in GoodTokenCalls(scene, x => x["deviceId"] = UnknownDevice))
            Expect.Error(await scene.SendAsync(call), 404, "DEVICE_ID_NOT_FOUND", $"{call.Path} with a device that does not exist");
        foreach (var call in GoodTokenCalls(scene, x => x["deviceId"] = "no device's form"))
            Expect.Error(await scene.SendAsync(call), 404, "DEVICE_ID_NOT_FOUND", $"{call.Path} with a device ID of another form");
    }

    private static async Task DeviceOfOtherProductAsync(Scene scene)
    {
        foreach (var call in GoodTokenCalls(scene, x => x["deviceId"] = scene.ForeignDevice.Id.Value))
            Expect.Error(await scene.SendAsync(call), 404, "DEVICE_ID_NOT_FOUND", $"{call.Path} with the device of another product");
    }

    private static async Task PayloadTooLargeAsync(Scene scene)
    {
        foreach (var path in Scene.Calls)
        {
            var body = new byte[SentOfTooLarge];
            body.AsSpan().Fill((byte)' ');
            Scene.BodyOf(scene.Device.Address).CopyTo(body, 0);
            var answer = await scene.SendAsync(scene.GoodCallOf(path) with { Body = body, ClaimedLength = TooLarge });
            Expect.Error(answer, 413, "PAYLOAD_TOO_LARGE", $"{path} with a body of 100 MiB");
        }
    }

    private static async Task TooManyRequestsAsync(Scene scene)
    {
        HttpAnswer? limited = null;
        var calls = new ParallelOptions { MaxDegreeOfParallelism = CallsAtATime, CancellationToken = scene.CancellationToken };
        await Parallel.ForAsync(0, MostCalls, calls, async (_, stop) =>
        {
            if (Volatile.Read(ref limited) is not null)
                return;
            var answer = await scene.Service.SendAsync(scene.CallOf(Scene.ClientConnect), scene.Options.Patience, stop);
            if (answer.Status != 200)
                Interlocked.CompareExchange(ref limited, answer, null);
        });
        if (limited is null)
            throw new NotCheckedException($"the service answered {MostCalls} calls as fast as they could be made");

        Expect.Error(limited, 429, "TOO_MANY_REQUESTS", "client/connect, called too often");
        var retryAfter = limited.Header("Retry-After");
        Expect.That(
            int.TryParse(retryAfter, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds > 0,
            "Retry-After as a number of seconds",
            Redaction.Of(retryAfter ?? "none"));
        await Task.Delay(TimeSpan.FromSeconds(seconds), scene.CancellationToken);
        Expect.Ok(await scene.Service.SendAsync(scene.CallOf(Scene.ClientConnect), scene.Options.Patience, scene.CancellationToken), "client/connect after the time that Retry-After gave");
    }

    private static Task ServerErrorsAsync(Scene scene)
    {
        if (scene.Service.ServerErrors.IsEmpty)
            throw new NotCheckedException("the service answered no call with 500 or above");
        foreach (var answer in scene.Service.ServerErrors)
            Expect.Error(answer, answer.Status, answer.Status == 503 ? "UNAVAILABLE" : "INTERNAL_ERROR", $"a call that was answered by {answer.Status}");
        return Task.CompletedTask;
    }

    private const string UnknownDevice = "wd-0000000000000000";

    /// <summary>The three calls, each with the token that it would take for the check's own device.</summary>
    private static IEnumerable<HttpCall> GoodTokenCalls(Scene scene, Action<JsonObject> change) =>
        Scene.Calls.Select(path => scene.GoodCallOf(path) with { Body = Scene.BodyOf(scene.Device.Address, change) });

    private static string Body(Scene scene, Action<JsonObject> change) => Encoding.UTF8.GetString(Scene.BodyOf(scene.Device.Address, change));

    private static async Task BadBodyAsync(Scene scene, string what, string body)
    {
        foreach (var path in Scene.Calls)
            Expect.Error(await scene.SendAsync(scene.GoodCallOf(path) with { Body = Encoding.UTF8.GetBytes(body) }), 400, "BAD_REQUEST", $"{path} with {what}");
    }
}
