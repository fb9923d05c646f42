using System.Net;

namespace Heliograph.Program.Tests;

/// <summary>The first start in an empty folder: what a newcomer gets to see, and what is written down.</summary>
public sealed class FirstStartTests : IDisposable
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Serve_OnPortZero_PrintsTheRealAddress()
    {
        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"));

        new Uri(service.BaseUrl).Port.ShouldNotBe(0);
        using var http = new HttpClient();
        (await http.GetAsync(new Uri(service.BaseUrl + "/health/ready"), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("http://localhost:0", "localhost")]
    [InlineData("http://0.0.0.0:0", "localhost")]
    [InlineData("http://[::]:0", "localhost")]
    [InlineData("http://[::1]:0", "[::1]")]
    public async Task Serve_OnAnyKindOfAddress_PrintsOneThatABrowserHereReaches(string listen, string host)
    {
        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"), "--listen", listen);

        new Uri(service.BaseUrl).Host.ShouldBe(host);
        using var http = new HttpClient();
        (await http.GetAsync(new Uri(service.BaseUrl + "/health/live"), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Serve_Started_TellsWhatToDoNext()
    {
        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"));

        service.Output.ShouldContain("Heliograph is running.");
        service.ConsoleLink.ShouldBe(service.BaseUrl + "/console");
        service.ApiKeyFile.ShouldBe(_folder.PathOf("data/api-key"));
        service.Output.ShouldContain(service.BaseUrl + "/openapi/v1.json");
        service.Output.ShouldContain("Ctrl+C");
    }

    [Fact]
    public async Task Serve_WithoutConsoleLink_PrintsNoKey()
    {
        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"));

        var key = (await File.ReadAllTextAsync(service.ApiKeyFile, TestContext.Current.CancellationToken)).Trim();
        key.Length.ShouldBeGreaterThan(20);
        service.Output.ShouldNotContain(key);
        service.Log.ShouldNotContain(key);
    }

    [Fact]
    public async Task Serve_WithConsoleLink_PrintsASignInWithTheKeyInItsFragment()
    {
        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"), "--console-link");

        // A fragment stays in the browser: it is not in the request, and so in no log of any proxy.
        service.ConsoleLink.ShouldBe($"{service.BaseUrl}/console/sign-in#key={(await File.ReadAllTextAsync(service.ApiKeyFile, TestContext.Current.CancellationToken)).Trim()}");
    }

    [Fact]
    public async Task ApiKey_OfTheFirstStart_OpensTheManagementApi()
    {
        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"));
        using var api = service.CreateApiClient();

        (await api.ManageAsync(HttpMethod.Get, "/v1/webrtc/products")).Status.ShouldBe(HttpStatusCode.OK);
        await api.CreateProductAsync();
    }

    [Fact]
    public async Task DataFolder_Made_IsTheOwnersAlone()
    {
        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"));

        ModeOf("data").ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        ModeOf("data/api-key").ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>A folder that an operator has made is theirs to open to others; what is secret in it stays closed all the same.</summary>
    [Fact]
    public async Task DataFolder_OpenToOthers_HasNoFileOpenToOthers()
    {
        var data = Directory.CreateDirectory(
            _folder.PathOf("data"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(_folder.Write("data/api-key", "left over"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        await using var service = await HeliographProcess.ServeAsync(data);
        using (var api = service.CreateApiClient())
            await api.CreateProductAsync();

        foreach (var file in data.GetFiles())
            (file.UnixFileMode & Others).ShouldBe(UnixFileMode.None, file.Name);
    }

    [Fact]
    public async Task Serve_WithPublicUrl_BuildsEveryUrlFromIt()
    {
        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"), "--listen", "http://127.0.0.1:0", "--public-url", "https://signal.example.com/here/");

        service.BaseUrl.ShouldBe("https://signal.example.com/here");
        service.ConsoleLink.ShouldBe("https://signal.example.com/here/console");
    }

    private UnixFileMode ModeOf(string name) => File.GetUnixFileMode(_folder.PathOf(name));
}
