using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Heliograph.Program.Tests;

/// <summary>Where the service listens.</summary>
public sealed class ListenTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task Port_InUse_IsToldInOneLine(string host)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        await using var process = HeliographProcess.Start(["serve", "--data", _folder.PathOf("data"), "--listen", $"http://{host}:{port}"]);

        (await process.ExitAsync()).ShouldBe(1);
        var error = process.Log.Trim().ShouldHaveSingleLine();
        error.ShouldContain($":{port}");
        error.ShouldContain("in use");
        process.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task Address_OfAnotherMachine_IsToldInOneLine()
    {
        // Of the block that is for documentation (RFC 5737): no machine has it.
        await using var process = HeliographProcess.Start(["serve", "--data", _folder.PathOf("data"), "--listen", "http://192.0.2.1:18080"]);

        (await process.ExitAsync()).ShouldBe(1);
        var error = process.Log.Trim().ShouldHaveSingleLine();
        error.ShouldContain("can't listen on http://192.0.2.1:18080");
        process.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task Connections_MoreThanThereAreFilesFor_WaitAndAreAnswered()
    {
        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"));
        using var http = new HttpClient();
        (await http.GetAsync(new Uri($"{service.BaseUrl}/health/live"), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var files = Directory.GetFileSystemEntries($"/proc/{service.Id}/fd").Length + 20;
        using (var limit = Process.Start("prlimit", ["--pid", $"{service.Id}", $"--nofile={files}:{files}"]))
            await limit.WaitForExitAsync(TestContext.Current.CancellationToken);
        var endpoint = new IPEndPoint(IPAddress.Loopback, new Uri(service.BaseUrl).Port);
        var silent = new List<Socket>();
        for (var i = 0; i < 60; i++)
        {
            silent.Add(new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            await silent[^1].ConnectAsync(endpoint, TestContext.Current.CancellationToken);
        }

        await Eventually.HoldsAsync("the operator is told", () => service.Log.Contains("No connection can be taken in"));
        using var late = new HttpClient();
        var waiting = late.GetAsync(new Uri($"{service.BaseUrl}/health/live"), TestContext.Current.CancellationToken);
        silent.ForEach(socket => socket.Dispose());

        (await waiting).StatusCode.ShouldBe(HttpStatusCode.OK);
        service.Log.ShouldContain("Too many open files");
    }

    [Fact]
    public async Task SeveralUrls_Listened_AllAnswer()
    {
        var ports = Ports.Free(2);
        await using var service = await HeliographProcess.ServeAsync(
            _folder.Sub("data"), "--listen", $"http://127.0.0.1:{ports[0]};http://127.0.0.1:{ports[1]}");

        using var http = new HttpClient();
        foreach (var port in ports)
            (await http.GetAsync(new Uri($"http://127.0.0.1:{port}/health/live"), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task PublicUrl_Given_IsWhatSignalingUrlsBeginWith()
    {
        var port = Ports.Free(1)[0];
        await using var service = await HeliographProcess.ServeAsync(
            _folder.Sub("data"), "--listen", $"http://127.0.0.1:{port}", "--public-url", "https://signal.example.com/here/");

        (await SignalingUrlAsync(service, $"http://127.0.0.1:{port}")).ShouldStartWith("wss://signal.example.com/here/v1/signaling/wp-");
    }

    [Fact]
    public async Task PublicUrl_NotGiven_SignalingUrlsBeginWithWhatTheRequestCameTo()
    {
        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"));

        (await SignalingUrlAsync(service, service.BaseUrl)).ShouldStartWith($"ws{service.BaseUrl["http".Length..]}/v1/signaling/wp-");
    }

    private static async Task<string> SignalingUrlAsync(HeliographProcess service, string baseUrl)
    {
        using var api = new ApiClient(baseUrl, (await File.ReadAllTextAsync(service.ApiKeyFile)).Trim());
        using var key = new SigningKey();
        var device = await api.CreateDeviceAsync(await api.CreateProductAsync(), key);
        var answer = await api.ConnectDeviceAsync(device, key.DeviceToken(device));
        return answer.Require(HttpStatusCode.OK)["signalingUrl"]!.GetValue<string>();
    }
}
