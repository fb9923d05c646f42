using System.Net;
using System.Runtime.InteropServices;

namespace Heliograph.Program.Tests.Turn;

/// <summary>What coturn relays is counted for the device, once, whoever is killed meanwhile.</summary>
public sealed class UsageReportTests : IAsyncLifetime
{
    private const int Packets = 300, Size = 1000;

    private UsageScene _scene = null!;

    public async ValueTask InitializeAsync() => _scene = await UsageScene.OpenAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task Session_ThatHasEnded_IsCountedToTheByte()
    {
        using var session = await _scene.OpenSessionAsync();
        var bytes = await session.RelayAsync(Packets, Size);
        await session.CloseAsync();

        await _scene.ExpectAsync(bytes);
        (await _scene.UsageAsync(ofProduct: true)).ShouldBe(bytes);
        await using var usage = HeliographProcess.Start(["usage", $"{_scene.Device.Product}/{_scene.Device.Device}", "--url", _scene.Service.BaseUrl, "--api-key-file", _scene.Service.ApiKeyFile]);
        (await usage.ExitAsync()).ShouldBe(0, usage.Log);
        usage.Output.ShouldMatch($"Relayed bytes +{bytes:N0}".Replace(",", "[,. ]?", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Session_ThatGoesOn_IsCountedMeanwhile()
    {
        using var session = await _scene.OpenSessionAsync();

        // coturn tells of a session after each 4096 packets, counted on both of its sides.
        await session.RelayAsync(1100, Size);

        await Eventually.HoldsAsync("counted while it goes on", async () => await _scene.UsageAsync() > 1_000_000);
    }

    [Fact]
    public async Task Reporter_KilledInASession_CountsWhatItMissed()
    {
        using var session = await _scene.OpenSessionAsync();
        var bytes = await session.RelayAsync(Packets, Size);
        await Eventually.HoldsAsync("the session's beginning is kept", async () =>
            (await File.ReadAllTextAsync(_scene.StateFile)).Contains("/0", StringComparison.Ordinal));
        await _scene.KillReporterAsync();

        bytes += await session.RelayAsync(Packets, Size);
        await _scene.StartReporterAsync();
        bytes += await session.RelayAsync(Packets, Size);
        await _scene.CoturnIsBackAsync();
        await session.CloseAsync();

        await _scene.ExpectAsync(bytes);
    }

    [Fact]
    public async Task Service_KilledWhileReportsCome_CountsEachOnce()
    {
        var bytes = 0L;
        for (var i = 0; i < 4; i++)
        {
            using var session = await _scene.OpenSessionAsync();
            bytes += await session.RelayAsync(Packets, Size);
            await session.CloseAsync();
            await _scene.KillServiceAsync();
            await _scene.RestartServiceAsync();
        }

        await _scene.ExpectAsync(bytes);
        await Eventually.HoldsAsync("all is reported", _scene.IsReportedAsync);
        (await _scene.UsageAsync()).ShouldBe(bytes);
    }

    [Fact]
    public async Task Coturn_Restarted_GoesOnBeingCounted()
    {
        using (var session = await _scene.OpenSessionAsync())
        {
            await session.RelayAsync(Packets, Size);
            await session.CloseAsync();
        }

        await _scene.ExpectAsync(2L * Packets * Size);
        await using var again = await _scene.Coturn.RestartAsync();
        var (username, credential) = await _scene.CredentialsAsync(_scene.Device);
        using var second = await TurnClient.OpenAsync(again.Port, username, credential);
        await second.RelayAsync(Packets, Size);
        await second.CloseAsync();

        await _scene.ExpectAsync(4L * Packets * Size);
    }

    [Fact]
    public async Task Device_ThatWasDeleted_IsToldAndNotCounted()
    {
        var other = await _scene.CreateDeviceAsync();
        using var session = await _scene.OpenSessionAsync(other);
        (await _scene.Api.ManageAsync(HttpMethod.Delete, $"/v1/webrtc/products/{other.Product}/devices/{other.Device}")).Status.ShouldBe(HttpStatusCode.NoContent);

        await session.RelayAsync(Packets, Size);
        await session.CloseAsync();

        await Eventually.HoldsAsync("the reporter tells", () => _scene.Reporter.Log.Contains("does not know 1 of the 1 devices", StringComparison.Ordinal));
        _scene.Service.Log.ShouldContain("reports bytes of 1 devices that are not here");
    }

    [Fact]
    public async Task Reporter_ToldToStop_ReportsWhatItHas()
    {
        using var session = await _scene.OpenSessionAsync();
        var bytes = await session.RelayAsync(Packets, Size);
        await session.CloseAsync();
        // What it has heard by now is with it or with the service already.
        await Eventually.HoldsAsync("heard", () => _scene.IsWrittenDownAsync(bytes));

        _scene.Reporter.Send(PosixSignal.SIGTERM);

        (await _scene.Reporter.ExitAsync()).ShouldBe(0, _scene.Reporter.Log);
        (await _scene.UsageAsync()).ShouldBe(bytes);
    }

    [Fact]
    public async Task Reporter_WithAKeyThatMayNotReport_SaysSoAndEnds()
    {
        await _scene.KillReporterAsync();

        await _scene.StartReporterAsync(_scene.Service.ApiKeyFile);

        (await _scene.Reporter.ExitAsync()).ShouldBe(4, _scene.Reporter.Log);
        _scene.Reporter.Log.ShouldContain("lacks the scope report");
    }

    [Fact]
    public async Task Reporter_ASecondOneOnTheSameFile_IsRefused()
    {
        await using var second = HeliographProcess.Start(
            ["turn", "report", "--url", _scene.Service.BaseUrl, "--api-key-file", _scene.Service.ApiKeyFile, "--listen", "127.0.0.1:0", "--password-file", _scene.Service.ApiKeyFile, "--state", _scene.StateFile]);

        (await second.ExitAsync()).ShouldBe(1);
        second.Log.ShouldContain("another reporter uses it");
    }
}
