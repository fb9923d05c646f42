using System.Net;
using System.Text.Json.Nodes;

namespace Heliograph.Program.Tests.Turn;

/// <summary>The service asks its STUN and TURN servers by itself, and says how they are.</summary>
public sealed class IceHealthTests : IDisposable
{
    private const string Secret = "shared";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Servers_GoodAndBad_AreToldInHealthAndLog()
    {
        await using var coturn = await Coturn.StartAsync(_folder, Secret);
        var closed = Ports.Free(1)[0];
        await using var service = await ServeAsync(
            "00:00:01", Secret, coturn.StunUrl, coturn.UdpUrl, coturn.TcpUrl, $"turn:127.0.0.1:{closed}?transport=tcp", $"turns:127.0.0.1:{coturn.Port}?transport=tcp");

        var servers = await CheckedAsync(service);

        servers.Select(x => x.Text("status")).ShouldBe(["ok", "ok", "ok", "failed", "failed"]);
        servers.ShouldAllBe(x => x.Fields().Contains("checkedAt"));
        servers[1].Text("url").ShouldBe(coturn.UdpUrl);
        servers[1].Text("seen").ShouldBe("takes the credentials, and relays from 127.0.0.1");
        servers[3].Text("seen").ShouldContain("nothing listens on port");
        servers[3].Text("remedy").ShouldContain("running");
        await Eventually.HoldsAsync("the log tells", () => service.Log.Contains($"turn:127.0.0.1:{closed}?transport=tcp is refused", StringComparison.Ordinal));
        service.Log.ShouldNotContain($"{coturn.UdpUrl} ");
        service.Log.ShouldNotContain(Secret);
    }

    [Fact]
    public async Task Server_WithAnotherSecret_IsTold()
    {
        await using var coturn = await Coturn.StartAsync(_folder, "its own");
        await using var service = await ServeAsync("00:05:00", Secret, coturn.UdpUrl);

        var server = (await CheckedAsync(service)).ShouldHaveSingleItem();

        server.Text("status").ShouldBe("failed");
        server.Text("seen").ShouldContain("refuses with 401");
        server.Text("remedy").ShouldContain("static-auth-secret");
    }

    [Fact]
    public async Task Server_ThatGoesAndComesBack_IsToldEachTimeAndStopsNobody()
    {
        await using var coturn = await Coturn.StartAsync(_folder, Secret);
        await using var service = await ServeAsync("00:00:01", Secret, coturn.TcpUrl);
        await StatusIsAsync(service, "ok");

        await coturn.DisposeAsync();
        await StatusIsAsync(service, "failed");
        using (var api = service.CreateApiClient())
            (await api.SendAsync(HttpMethod.Get, "/health/ready")).Require(HttpStatusCode.OK).Text("status").ShouldBe("ready");
        await using var again = await coturn.RestartAsync();
        await StatusIsAsync(service, "ok");

        await Eventually.HoldsAsync("the log tells", () => service.Log.Contains("works again", StringComparison.Ordinal));
        // Once, however often it was asked meanwhile.
        service.Log.Split('\n').Count(line => line.Contains("is refused by", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Server_OfANameThatNoResolverTakes_IsToldAndStopsNobody()
    {
        await using var service = await ServeAsync("00:00:01", Secret, $"stun:{new string('a', 300)}.example:3478");

        var server = (await CheckedAsync(service)).ShouldHaveSingleItem();

        server.Text("status").ShouldBe("failed");
        server.Text("seen").ShouldStartWith("can't be asked: ");
        service.HasExited.ShouldBeFalse();
    }

    [Fact]
    public async Task Details_AreForWhoeverMayReadMetrics()
    {
        await using var service = await ServeAsync("00:05:00", Secret, $"stun:127.0.0.1:{Ports.Free(1)[0]}");
        using var api = service.CreateApiClient();
        await CheckedAsync(service);

        (await AskAsync(null)).Fields().ShouldNotContain("iceServers");
        (await AskAsync("hgk_nonsense")).Fields().ShouldNotContain("iceServers");
        (await AskAsync(api.ApiKey)).Fields().ShouldContain("iceServers");

        async Task<JsonNode> AskAsync(string? key) => (await api.SendAsync(
            HttpMethod.Get, "/health/ready", bearer: key, configure: request => request.Headers.Add("X-Forwarded-For", "203.0.113.9"))).Require(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Interval_OfZero_AsksNobody()
    {
        await using var service = await ServeAsync("00:00:00", Secret, "turn:127.0.0.1:1?transport=tcp");
        using var api = service.CreateApiClient();

        (await api.SendAsync(HttpMethod.Get, "/health/ready")).Require(HttpStatusCode.OK).Fields().ShouldNotContain("iceServers");
    }

    private Task<HeliographProcess> ServeAsync(string interval, string secret, params string[] urls) => HeliographProcess.ServeAsync(_folder.Sub("data"), new Dictionary<string, string>
    {
        ["HELIOGRAPH_Ice__Servers__0__Urls"] = string.Join(',', urls),
        ["HELIOGRAPH_Ice__TurnSecret"] = secret,
        ["HELIOGRAPH_Ice__CheckInterval"] = interval,
    });

    private static Task StatusIsAsync(HeliographProcess service, string status) => Eventually.HoldsAsync(
        $"the server is {status}", async () => (await ServersAsync(service)).Select(x => x.ToJsonString()).Single() is var server && server.Contains($"\"{status}\"", StringComparison.Ordinal) ? null : server);

    /// <summary>The servers, once all have been asked.</summary>
    private static async Task<IReadOnlyList<JsonNode>> CheckedAsync(HeliographProcess service)
    {
        IReadOnlyList<JsonNode> servers = [];
        await Eventually.HoldsAsync("all are asked", async () =>
        {
            servers = await ServersAsync(service);
            return servers.Count > 0 && servers.All(x => x.Text("status") != "unchecked");
        });
        return servers;
    }

    private static async Task<IReadOnlyList<JsonNode>> ServersAsync(HeliographProcess service)
    {
        using var api = service.CreateApiClient();
        return [.. (await api.SendAsync(HttpMethod.Get, "/health/ready")).Require(HttpStatusCode.OK)["iceServers"]?.AsArray().Select(x => x!) ?? []];
    }
}
