namespace Heliograph.Program.Tests.Management;

/// <summary>What commands make of answers other than success, and of services that are none.</summary>
public sealed class AnswerTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>, IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData(400, "BAD_REQUEST", "name: is bad.", 1, "name: is bad")]
    [InlineData(401, "UNAUTHORIZED", "Unknown key.", 4, "does not take the API key: Unknown key")]
    [InlineData(403, "ACCESS_DENIED", "Lacks the scope.", 4, "Lacks the scope")]
    [InlineData(404, "PRODUCT_ID_NOT_FOUND", "No such product.", 3, "No such product")]
    [InlineData(404, "NOT_FOUND", "No such page.", 1, "is not a Heliograph service")]
    [InlineData(409, "DEVICE_ID_TAKEN", "It is taken.", 1, "It is taken")]
    [InlineData(500, "INTERNAL_ERROR", "Oh.", 5, "can't answer now (HTTP 500): Oh")]
    [InlineData(503, "UNAVAILABLE", "Stopping.", 5, "can't answer now (HTTP 503): Stopping")]
    public async Task Refusal_OfEachKind_HasItsExitCode(int status, string code, string message, int exitCode, string words)
    {
        var result = await ListAsync(_ => FakeService.Json(status, $$"""{"message":"{{message}}","code":"{{code}}"}"""));

        result.FailedWith(exitCode, words);
        result.Errors.ShouldNotContain("secret-key");
    }

    [Theory]
    [InlineData(200, "<html>Welcome to nginx!</html>", "text/html", 1, "is not a Heliograph service")]
    [InlineData(200, "{}", "application/json", 1, "is not a Heliograph service")]
    [InlineData(200, "null", "application/json", 1, "is not a Heliograph service")]
    [InlineData(404, "<html>", "text/html", 1, "is not a Heliograph service")]
    [InlineData(404, "{\"title\":\"Not Found\"}", "application/problem+json", 1, "is not a Heliograph service")]
    [InlineData(401, "", "text/plain", 4, "does not take the API key")]
    [InlineData(403, "<html>", "text/html", 4, "denies this")]
    [InlineData(502, "<html>", "text/html", 5, "HTTP 502")]
    public async Task Answer_ThatIsNoneOfTheApi_IsToldInALine(int status, string body, string contentType, int exitCode, string words) =>
        (await ListAsync(_ => new(status, body, contentType))).FailedWith(exitCode, words);

    [Fact]
    public async Task Redirect_IsNotFollowed()
    {
        await using var elsewhere = await FakeService.StartAsync(_ => FakeService.Json(200, "[]"));

        (await ListAsync(_ => new(301, "", "text/plain", ("Location", elsewhere.Url + "/v1?key=hidden")))).FailedWith(1, "sends elsewhere", elsewhere.Url);

        elsewhere.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task TooManyRequests_WithRetryAfter_IsTriedAgain()
    {
        var calls = 0;

        (await ListAsync(_ => Interlocked.Increment(ref calls) < 3 ? TooMany("0") : FakeService.Json(200, "[]"))).Succeeded();

        calls.ShouldBe(3);
    }

    [Fact]
    public async Task TooManyRequests_WithABody_SendsTheBodyAgain()
    {
        var calls = 0;
        await using var service = await FakeService.StartAsync(_ => Interlocked.Increment(ref calls) < 2 ? TooMany("0") : FakeService.Json(500, "{}"));

        await RunAsync(service, "product", "create", "--region", "local", "--name", "again");

        service.Requests.Select(x => x.Body).Distinct().ShouldHaveSingleItem().ShouldContain("again");
        calls.ShouldBe(2);
    }

    [Theory]
    [InlineData("0", 5)]
    [InlineData("3600", 1)]
    public async Task TooManyRequests_ForTooLong_IsGivenUp(string retryAfter, int calls)
    {
        await using var service = await FakeService.StartAsync(_ => TooMany(retryAfter));

        (await RunAsync(service, "product", "list")).FailedWith(5, "no more requests", $"{retryAfter} s");

        service.Requests.Count.ShouldBe(calls);
    }

    [Fact]
    public async Task NextPage_ThatNamesAnotherHost_IsAskedForHere()
    {
        await using var elsewhere = await FakeService.StartAsync(_ => FakeService.Json(200, "[]"));
        await using var service = await FakeService.StartAsync(request => request.Target.Contains("cursor=", StringComparison.Ordinal)
            ? FakeService.Json(200, "[]")
            : FakeService.Json(200, "[]", ("Link", $"<{elsewhere.Url}/first>; rel=\"prev\", <{elsewhere.Url}/v1/x?limit=5&cursor=abc>; rel=\"next\"")));

        (await RunAsync(service, "device", "list", "wp-aaaaaaaa")).Succeeded();

        service.Requests.Select(x => x.Target).ShouldBe(["/v1/webrtc/products/wp-aaaaaaaa/devices?limit=1000", "/v1/webrtc/products/wp-aaaaaaaa/devices?limit=5&cursor=abc"]);
        elsewhere.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Url_WithAPath_IsKept()
    {
        await using var service = await FakeService.StartAsync(_ => FakeService.Json(200, "[]"));

        (await _cli.RunAsync("product", "list", "--url", service.Url + "/signaling/", "--api-key", "k")).Succeeded();

        service.Requests.ShouldHaveSingleItem().Target.ShouldBe("/signaling/v1/webrtc/products");
    }

    [Fact]
    public async Task Message_WithTerminalCommands_IsToldWithoutThem() =>
        (await ListAsync(_ => FakeService.Json(400, """{"message":"a\u001b[2J\r\nb","code":"X"}"""))).FailedWith(1, "a [2J  b");

    [Fact]
    public async Task Service_ThatIsDown_IsSaidToBeUnreachable() =>
        (await _cli.RunAsync("product", "list", "--url", ProfileTests.DeadUrl, "--api-key", "secret-key")).FailedWith(5, ProfileTests.DeadUrl, "can't be reached");

    [Fact]
    public async Task Host_ThatThereIsNot_IsSaidToBeUnknown() =>
        (await _cli.RunAsync("product", "list", "--url", "http://nowhere.invalid", "--api-key", "secret-key")).FailedWith(5, "http://nowhere.invalid", "can't be reached");

    [Fact]
    public async Task Tls_AgainstAPlainService_IsSaidToFail() =>
        (await _cli.RunAsync("product", "list", "--url", fixture.Url.Replace("http:", "https:", StringComparison.Ordinal), "--api-key", "secret-key"))
            .FailedWith(5, "can't be reached", "TLS");

    [Theory]
    [InlineData("/try")]
    [InlineData("/v1")]
    public async Task Url_OfAPageOfTheService_IsNotItsBaseUrl(string path) =>
        (await _cli.RunAsync("product", "list", "--url", fixture.Url + path, "--api-key", fixture.ApiKey)).FailedWith(1, "is not a Heliograph service, or not its base URL");

    private static FakeService.Answer TooMany(string retryAfter) =>
        FakeService.Json(429, """{"message":"Too many.","code":"TOO_MANY_REQUESTS"}""", ("Retry-After", retryAfter));

    private async Task<CliResult> ListAsync(Func<FakeService.RecordedRequest, FakeService.Answer> answer)
    {
        await using var service = await FakeService.StartAsync(answer);
        return await RunAsync(service, "product", "list");
    }

    private Task<CliResult> RunAsync(FakeService service, params string[] arguments) =>
        _cli.RunAsync([.. arguments, "--url", service.Url, "--api-key", "secret-key"]);
}
