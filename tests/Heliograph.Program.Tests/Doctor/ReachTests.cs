using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Program.Tests.Doctor;

/// <summary>What stands between here and a signaling service: names, ports, web servers, proxies.</summary>
public sealed class ReachTests(SharedService service)
{
    [Fact]
    public async Task Port_WhereNothingListens_IsTold()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        var run = await DoctorRun.ExamineAsync($"http://127.0.0.1:{port}");

        run.ShouldFailAt("TCP", "refuses the connection", $"Nothing listens on port {port}");
        run.Outcome("Service").ShouldBe("skipped");
    }

    [Fact]
    public async Task Name_WithoutAddress_IsTold() =>
        (await DoctorRun.ExamineAsync("https://no-such-host.invalid")).ShouldFailAt("DNS", "'no-such-host.invalid'", "");

    [Fact]
    public async Task Name_LongerThanAny_HasNoAddress() =>
        (await DoctorRun.ExamineAsync($"http://{string.Join('.', Enumerable.Repeat(new string('a', 60), 6))}")).ShouldFailAt("DNS", "has no address", "spelling");

    [Theory]
    [InlineData("--timeout")]
    [InlineData("--idle")]
    public async Task Wait_LongerThanADay_IsRefusedInOneLine(string option)
    {
        await using var process = DoctorRun.Start("http://127.0.0.1:9", null, option, "60d");

        (await process.ExitAsync()).ShouldBe(2, process.Log);
        process.Log.ShouldStartWith($"heliograph: {option}: '60d'");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ftp://example.com")]
    [InlineData("https://example.com/?key=hidden")]
    public async Task Url_ThatIsNone_IsToldInOneLine(string url)
    {
        await using var process = DoctorRun.Start(url, null);

        (await process.ExitAsync()).ShouldBe(2);
        process.Log.Trim().ShouldHaveSingleLine().ShouldNotContain("hidden");
    }

    [Fact]
    public async Task WebServer_WithPagesForEverything_IsNoSignalingService()
    {
        await using var server = await Front.ServeAsync(async http =>
        {
            http.Response.ContentType = "text/html";
            await http.Response.WriteAsync("<html><title>Welcome to\x1b[2J our shop</title></html>");
        });

        var run = await DoctorRun.ExamineAsync(server.Url);

        run.ShouldFailAt("Service", "200 OK, a page titled 'Welcome to [2J our shop'", "no signaling service");
        run.Output.ShouldNotContain("\\u001b");
    }

    [Fact]
    public async Task WebServer_WithoutTheCall_IsNoSignalingService()
    {
        await using var server = await Front.ServeAsync(http =>
        {
            http.Response.StatusCode = 404;
            return Task.CompletedTask;
        });

        (await DoctorRun.ExamineAsync(server.Url)).ShouldFailAt("Service", "404 Not Found", "passes /v1/ on");
    }

    [Fact]
    public async Task Redirect_OfCalls_IsTold()
    {
        await using var server = await Front.ServeAsync(http =>
        {
            http.Response.Redirect("https://elsewhere.example/here?secret=1", permanent: true, preserveMethod: true);
            return Task.CompletedTask;
        });

        var run = await DoctorRun.ExamineAsync(server.Url);

        run.ShouldFailAt("Service", "a redirect (308) to https://elsewhere.example/here", "do not follow redirects");
        run.Output.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Proxy_WithoutServiceBehindIt_IsTold()
    {
        await using var proxy = await Front.ServeAsync(async http =>
        {
            http.Response.StatusCode = 502;
            http.Response.Headers.Server = "nginx/1.22.1";
            await http.Response.WriteAsync("<html><head><title>502 Bad Gateway</title></head></html>");
        });

        (await DoctorRun.ExamineAsync(proxy.Url)).ShouldFailAt(
            "Service", "502 Bad Gateway from 'nginx/1.22.1', a page titled '502 Bad Gateway'", "the service behind it does not");
    }

    [Fact]
    public async Task Port_ThatTakesConnectionsAndSaysNothing_IsTold()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var run = await DoctorRun.ExamineAsync($"http://{listener.LocalEndpoint}", "--timeout", "5s");

        run.ShouldFailAt("Service", "no answer within", "load");
    }

    [Fact]
    public async Task Clock_ThatIsOff_IsToldAndDoesNotHideTheRest()
    {
        var issued = new List<DateTimeOffset>();
        await using var proxy = await Front.ProxyAsync(
            service.BaseUrl,
            http =>
            {
                if (http.Request.Headers.Authorization.ToString().Split('.') is [_, var claims, _])
                    issued.Add(DateTimeOffset.FromUnixTimeSeconds(JsonNode.Parse(Base64Url.DecodeFromChars(claims))!["iat"]!.GetValue<long>()));
                return Task.FromResult(false);
            },
            after: headers => headers.Date = DateTimeOffset.UtcNow.AddMinutes(-3).ToString("r"));

        var run = await DoctorRun.ExamineAsync(proxy.Url, "--api-key-file", service.ApiKeyFile);

        run.ShouldFailAt("Clock", "ahead of the service's", "NTP");
        run.Outcome("Messages").ShouldBe("ok");
        issued.ShouldNotBeEmpty();
        issued.ShouldAllBe(x => x < DateTimeOffset.UtcNow.AddMinutes(-2));
    }

    [Fact]
    public async Task Cors_HeadersThatAProxyRemoves_AreTold()
    {
        await using var proxy = await Front.ProxyAsync(service.BaseUrl, after: headers => headers.Remove("Access-Control-Allow-Origin"));

        (await DoctorRun.ExamineAsync(proxy.Url)).ShouldFailAt("CORS", "has no Access-Control-Allow-Origin", "let the proxy pass OPTIONS on");
    }

    [Fact]
    public async Task Cors_HeadersThatAProxyAdds_AreTold()
    {
        await using var proxy = await Front.ProxyAsync(service.BaseUrl, after: headers => headers.Append("Access-Control-Allow-Origin", "*"));

        (await DoctorRun.ExamineAsync(proxy.Url)).ShouldFailAt("CORS", "more than once", "nor add its own");
    }

    [Fact]
    public async Task Cors_StarInsteadOfAuthorization_IsTold()
    {
        await using var proxy = await Front.ProxyAsync(service.BaseUrl, after: headers => headers.AccessControlAllowHeaders = "*");

        (await DoctorRun.ExamineAsync(proxy.Url)).ShouldFailAt("CORS", "authorization", "");
    }
}
