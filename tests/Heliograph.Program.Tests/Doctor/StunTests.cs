using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Program.Tests.Doctor;

/// <summary>STUN and TURN servers: small ones of the test's own that are wrong in one way, and coturn.</summary>
public sealed class StunTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private HeliographProcess? _service;

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
            await _service.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Stun_ThatAnswers_SaysWhatItSees()
    {
        using var server = new UdpAnswerer(UdpAnswerer.Binding);

        var run = await ExamineAsync(server.Url);

        run.ExitCode.ShouldBe(0, run.Output);
        run.Seen("STUN").ShouldMatch(@"^stun:127\.0\.0\.1:\d+ answers \(.+\): it sees this machine as 127\.0\.0\.1:\d+$");
    }

    [Fact]
    public async Task Stun_ThatMissesTheFirstRequests_IsAskedAgain()
    {
        var count = 0;
        using var server = new UdpAnswerer((request, from) => ++count < 3 ? null : UdpAnswerer.Binding(request, from));

        (await ExamineAsync(server.Url)).Outcome("STUN").ShouldBe("ok");
        // On a busy machine it asks once more before it has read the answer.
        count.ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task Stun_ThatIsSilent_IsTold()
    {
        using var server = new UdpAnswerer((_, _) => null);

        (await ExamineAsync(server.Url, "--timeout", "5s")).ShouldFailAt("STUN", "does not answer within", "UDP port");
    }

    [Fact]
    public async Task Stun_ThatAnswersGarbage_IsTold()
    {
        using var server = new UdpAnswerer((_, _) => "HTTP/1.1 400 Bad Request"u8.ToArray());

        (await ExamineAsync(server.Url, "--timeout", "5s")).ShouldFailAt("STUN", "not as STUN does", "Another program");
    }

    [Fact]
    public async Task Stun_ThatAnswersAnotherRequest_IsNotBelieved()
    {
        using var server = new UdpAnswerer((request, from) =>
        {
            var answer = UdpAnswerer.Binding(request, from);
            answer[8] ^= 1;
            return answer;
        });

        (await ExamineAsync(server.Url, "--timeout", "5s")).ShouldFailAt("STUN", "not as STUN does", "");
    }

    [Fact]
    public async Task Stun_WithoutMappedAddress_IsTold()
    {
        using var server = new UdpAnswerer((request, from) =>
        {
            var answer = UdpAnswerer.Binding(request, from)[..20];
            answer[3] = 0;
            return answer;
        });

        (await ExamineAsync(server.Url)).ShouldFailAt("STUN", "XOR-MAPPED-ADDRESS", "coturn");
    }

    [Fact]
    public async Task Stun_WhereNothingListens_IsTold()
    {
        using var server = new UdpAnswerer((_, _) => null);
        server.Dispose();

        (await ExamineAsync(server.Url)).ShouldFailAt("STUN", "nothing listens on port", "running");
    }

    [Fact]
    public async Task Url_ThatBrowsersRefuse_IsTold()
    {
        // Ours does not start with one; another service may hand one out.
        _service = await HeliographProcess.ServeAsync(_folder.Sub("data"));
        await using var front = await Front.ProxyAsync(_service.BaseUrl, before: async http =>
        {
            if (http.Request is not { Method: "POST", Path.Value: "/v1/ice-servers" })
                return false;
            http.Response.Headers.AccessControlAllowOrigin = "*";
            await http.Response.WriteAsync("""{"iceServers":[{"urls":["stun:stun.example.com:port"]}]}""");
            return true;
        });

        (await DoctorRun.ExamineAsync(front.Url, "--api-key-file", _service.ApiKeyFile)).ShouldFailAt("STUN", "is not a URL", "Ice:StunUrls");
    }

    [Fact]
    public async Task Coturn_WithTheSameSecret_AnswersAndRelays()
    {
        await using var coturn = await Coturn.StartAsync(_folder, "the secret");

        var run = await ExamineAsync(
            new { Ice = new { StunUrls = new[] { $"stun:127.0.0.1:{coturn.Port}" }, TurnUrls = new[] { $"turn:127.0.0.1:{coturn.Port}?transport=udp", $"turn:127.0.0.1:{coturn.Port}?transport=tcp" }, TurnSecret = "the secret" } });

        run.ExitCode.ShouldBe(0, run.Output);
        run.Seen("STUN").ShouldContain("sees this machine as 127.0.0.1:");
        var turns = run.Report["steps"]!.AsArray().Where(x => x!.Text("name") == "TURN").Select(x => x!.Text("seen")).ToList();
        turns.ShouldBe([
            $"turn:127.0.0.1:{coturn.Port}?transport=udp takes the credentials, and relays from 127.0.0.1",
            $"turn:127.0.0.1:{coturn.Port}?transport=tcp takes the credentials, and relays from 127.0.0.1"]);
    }

    [Fact]
    public async Task Coturn_WithAnotherSecret_IsTold()
    {
        await using var coturn = await Coturn.StartAsync(_folder, "its own");

        var run = await ExamineAsync(new { Ice = new { TurnUrls = new[] { $"turn:127.0.0.1:{coturn.Port}" }, TurnSecret = "another" } });

        run.ShouldFailAt("TURN", "refuses with 401", "Ice:TurnSecret must be");
    }

    private Task<DoctorRun> ExamineAsync(string stunUrl, params string[] arguments) => ExamineAsync(new { Ice = new { StunUrls = new[] { stunUrl } } }, arguments);

    private async Task<DoctorRun> ExamineAsync(object settings, params string[] arguments)
    {
        _service = await HeliographProcess.ServeAsync(_folder.Sub("data"), "--config", _folder.Write("settings.json", JsonSerializer.Serialize(settings)));
        return await DoctorRun.ExamineAsync(_service.BaseUrl, ["--api-key-file", _service.ApiKeyFile, .. arguments]);
    }
}
