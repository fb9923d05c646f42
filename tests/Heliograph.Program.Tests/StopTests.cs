using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;

namespace Heliograph.Program.Tests;

/// <summary>How the service ends when it is told to.</summary>
public sealed class StopTests : IDisposable
{
    /// <summary>An end that takes longer did not come at once; a drain that is still going on after it was not waited for.</summary>
    private static readonly TimeSpan LongDrain = TimeSpan.FromMinutes(10);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task Signal_WithPeersConnected_ClosesThemWithGoingAwayAndExitsWithZero(PosixSignal signal)
    {
        await using var service = await ServeAsync(TimeSpan.Zero);
        await using var peers = await Peers.OpenAsync(service, 2);

        service.Send(signal);

        foreach (var peer in peers)
        {
            await peer.Ended;
            peer.CloseCode.ShouldBe(1001);
        }

        (await service.ExitAsync()).ShouldBe(0);
        service.Log.ShouldContain("going_away");
    }

    [Fact]
    public async Task Signal_WithNobodyConnected_EndsAtOnce()
    {
        await using var service = await ServeAsync(LongDrain);

        service.Send(PosixSignal.SIGTERM);

        (await service.ExitAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Signal_WithADrainTime_SpreadsTheClosesOverIt()
    {
        var drain = TimeSpan.FromSeconds(4);
        await using var service = await ServeAsync(drain);
        await using var peers = await Peers.OpenAsync(service, 8);

        var begun = Stopwatch.GetTimestamp();
        service.Send(PosixSignal.SIGTERM);
        var ends = await Task.WhenAll(peers.Select(async peer =>
        {
            await peer.Ended;
            peer.CloseCode.ShouldBe(1001);
            return Stopwatch.GetElapsedTime(begun);
        }));

        (await service.ExitAsync()).ShouldBe(0);
        // Eight groups: the last one's turn is after seven eighths of the time; machines are slow, never fast.
        ends.Max().ShouldBeGreaterThan(drain * 0.8);
        Array.Sort(ends);
        (ends[^1] - ends[0]).ShouldBeGreaterThan(drain / 2);
    }

    [Fact]
    public async Task Connect_WhileTheServiceDrains_IsRefusedAndTheOthersGoOn()
    {
        await using var service = await ServeAsync(LongDrain);
        await using var peers = await Peers.OpenAsync(service, 3);
        var baseUrl = service.BaseUrl;

        service.Send(PosixSignal.SIGTERM);

        await Task.WhenAny(peers.Select(peer => peer.Ended));
        await Eventually.HoldsAsync("new connections are refused", async () =>
        {
            using var http = new HttpClient();
            try
            {
                var answer = await http.GetAsync(new Uri(baseUrl + "/health/ready"), TestContext.Current.CancellationToken);
                return answer.StatusCode == HttpStatusCode.ServiceUnavailable ? null : $"answered {answer.StatusCode}";
            }
            catch (HttpRequestException)
            {
                return null;
            }
        });
        service.HasExited.ShouldBeFalse();
        var left = peers.First(peer => peer.CloseCode is null);
        (await left.DrainAsync()).ShouldAllBe(text => text.Contains("PEER_", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task SecondSignal_WhileTheServiceDrains_EndsItAtOnce(PosixSignal signal)
    {
        await using var service = await ServeAsync(LongDrain);
        await using var peers = await Peers.OpenAsync(service, 3);

        service.Send(signal);
        await Task.WhenAny(peers.Select(peer => peer.Ended));
        service.HasExited.ShouldBeFalse();
        service.Send(signal);

        (await service.ExitAsync()).ShouldBeGreaterThan(128);
    }

    private Task<HeliographProcess> ServeAsync(TimeSpan drain) => HeliographProcess.ServeAsync(
        _folder.Sub("data"), new Dictionary<string, string> { ["HELIOGRAPH_RELAY__DRAINTIME"] = drain.ToString() });
}
