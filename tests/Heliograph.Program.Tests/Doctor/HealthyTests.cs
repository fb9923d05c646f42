using System.Net;
using System.Runtime.InteropServices;

namespace Heliograph.Program.Tests.Doctor;

/// <summary>Examinations that come through.</summary>
public sealed class HealthyTests(SharedService service) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Doctor_WithApiKey_WalksAllTheWayAndLeavesNothing()
    {
        var run = await DoctorRun.ExamineAsync(service.BaseUrl, "--api-key-file", service.ApiKeyFile, "--idle", "300ms");

        run.ExitCode.ShouldBe(0, run.Output);
        run.Report["healthy"]!.GetValue<bool>().ShouldBeTrue();
        run.Report["verdict"]!.GetValue<string>().ShouldStartWith("healthy");
        var others = run.Report["steps"]!.AsArray().Where(x => x!["outcome"]!.GetValue<string>() != "ok").Select(x => x!["name"]!.GetValue<string>());
        others.ShouldBe(["TLS", "ICE servers"]);
        run.Seen("Messages").ShouldContain("unchanged");
        run.Seen("Messages").ShouldEndWith("authorized");
        await ShouldBeGoneAsync(run.Seen("Test device"));
    }

    [Fact]
    public async Task Report_ForPeople_HasALineAStepAndTheVerdict()
    {
        await using var process = DoctorRun.Start(service.BaseUrl, null, "--api-key-file", service.ApiKeyFile);

        (await process.ExitAsync()).ShouldBe(0);
        var lines = process.Output.Split('\n').Select(x => x.TrimEnd()).ToList();
        lines[0].ShouldStartWith("ok       URL             http://127.0.0.1:");
        lines.ShouldContain("ok       PEER_CONNECTED  the device and the client are told of each other");
        lines.ShouldContain(x => x.StartsWith("                         → Set Ice:StunUrls", StringComparison.Ordinal));
        lines.Last(x => x.Length > 0).ShouldBe("Verdict: healthy. A peer gets all the way. One warning.");
    }

    [Fact]
    public async Task Doctor_WithNothing_EndsWhereTokensBegin()
    {
        var run = await DoctorRun.ExamineAsync(service.BaseUrl);

        run.ExitCode.ShouldBe(0, run.Output);
        run.Outcome("Service").ShouldBe("ok");
        run.Outcome("CORS").ShouldBe("ok");
        run.Outcome("Test device").ShouldBe("skipped");
        run.Step("Test device")["remedy"]!.GetValue<string>().ShouldContain("--api-key-file");
        run.Outcome("Messages").ShouldBe("skipped");
        run.Report["verdict"]!.GetValue<string>().ShouldContain("did not get to messages");
    }

    [Fact]
    public async Task Doctor_WithDeviceThatIsOffline_WalksAllTheWay()
    {
        using var device = await service.CreateDeviceAsync(_folder);

        var run = await DoctorRun.ExamineAsync(
            service.BaseUrl, "--device", device.Address.ToString(), "--device-key", device.DeviceKeyFile, "--product-key", device.ProductKeyFile);

        run.ExitCode.ShouldBe(0, run.Output);
        run.Outcome("Messages").ShouldBe("ok");
    }

    [Fact]
    public async Task Doctor_WithDeviceAlone_WalksTheClientsWay()
    {
        using var device = await service.CreateDeviceAsync(_folder);

        var run = await DoctorRun.ExamineAsync(service.BaseUrl, "--device", device.Address.ToString());

        run.ExitCode.ShouldBe(0, run.Output);
        run.Outcome("device/connect").ShouldBe("skipped");
        run.Seen("client/connect").ShouldContain("without a token");
        run.Outcome("Client's PING").ShouldBe("ok");
        run.Outcome("Device's socket").ShouldBe("skipped");
    }

    [Fact]
    public async Task Doctor_WithDeviceThatIsOnline_LeavesItsConnectionAlone()
    {
        using var device = await service.CreateDeviceAsync(_folder);
        await using var live = await service.Api.OpenDeviceAsync(device.Address, device.DeviceKey);
        await live.DrainAsync();

        var run = await DoctorRun.ExamineAsync(service.BaseUrl, "--device", device.Address.ToString(), "--device-key", device.DeviceKeyFile);

        run.ExitCode.ShouldBe(0, run.Output);
        run.Outcome("device/connect").ShouldBe("ok");
        run.Outcome("Device's socket").ShouldBe("skipped");
        run.Seen("Device's socket").ShouldContain("would lose its connection");
        // What it heard is the doctor's client coming by; it is connected still.
        (await live.DrainAsync()).ShouldAllBe(x => x.Contains("PEER_CONNECTED"));
    }

    [Fact]
    public async Task Doctor_ToldToTakeOver_TakesTheConnectionOver()
    {
        using var device = await service.CreateDeviceAsync(_folder);
        await using var live = await service.Api.OpenDeviceAsync(device.Address, device.DeviceKey);
        await live.DrainAsync();

        var run = await DoctorRun.ExamineAsync(
            service.BaseUrl, "--device", device.Address.ToString(), "--device-key", device.DeviceKeyFile, "--take-over");

        run.ExitCode.ShouldBe(0, run.Output);
        run.Seen("Device's socket").ShouldContain("was taken over");
        run.Seen("Messages").ShouldEndWith("not authorized");
        await live.Ended;
        live.CloseCode.ShouldBe(4000);
    }

    [Fact]
    public async Task CtrlC_InTheMiddle_StillRemovesWhatWasMade()
    {
        await using var process = DoctorRun.Start(service.BaseUrl, null, "--api-key-file", service.ApiKeyFile, "--idle", "1h");
        await Eventually.HoldsAsync("the walk comes to the silence", () => process.Output.Contains("Messages", StringComparison.Ordinal));
        var made = process.Output.Split('\n').Single(x => x.Contains("Test device", StringComparison.Ordinal)).Split("Test device")[1].Trim();

        process.Send(PosixSignal.SIGINT);

        (await process.ExitAsync()).ShouldBe(130);
        await ShouldBeGoneAsync(made);
    }

    private async Task ShouldBeGoneAsync(string seen)
    {
        var product = seen.Split('/')[0];
        product.ShouldMatch("^wp-[a-z0-9]{8}$");
        (await service.Api.ManageAsync(HttpMethod.Get, $"/v1/webrtc/products/{product}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }
}
