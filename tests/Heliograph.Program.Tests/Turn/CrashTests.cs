using System.Diagnostics;

namespace Heliograph.Program.Tests.Turn;

/// <summary>Counters survive <c>kill -9</c>: what happened ten seconds before is there afterwards, and nothing twice.</summary>
public sealed class CrashTests
{
    private static readonly TimeSpan MayBeLost = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Kill_OfTheService_LosesTenSecondsOfMessagesAtMost()
    {
        await using var scene = await UsageScene.OpenAsync();
        var (device, client, channel) = await scene.ConnectAsync();
        var relayed = new List<TimeSpan>();
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < MayBeLost + TimeSpan.FromSeconds(3))
        {
            await client.SendMessageAsync(channel, "1");
            await device.ReceiveAsync();
            relayed.Add(clock.Elapsed);
        }

        await scene.KillServiceAsync();
        var killedAt = clock.Elapsed;
        await device.DisposeAsync();
        await client.DisposeAsync();
        await scene.RestartServiceAsync();

        var counted = await scene.UsageAsync("signalingMessageCount");
        counted.ShouldBeGreaterThanOrEqualTo(relayed.Count(at => at < killedAt - MayBeLost));
        counted.ShouldBeGreaterThan(0);
        counted.ShouldBeLessThanOrEqualTo(relayed.Count);
    }

    [Fact]
    public async Task Kill_OfServiceAndReporterAtOnce_CountsRelayedBytesOnce()
    {
        await using var scene = await UsageScene.OpenAsync();
        var bytes = 0L;
        for (var i = 0; i < 3; i++)
        {
            using var session = await scene.OpenSessionAsync();
            bytes += await session.RelayAsync(packets: 1100, size: 500);
            await session.CloseAsync();
            await Eventually.HoldsAsync("the reporter has written it down", () => scene.IsWrittenDownAsync(bytes));
            await scene.KillServiceAsync();
            await scene.KillReporterAsync();
            await scene.RestartServiceAsync();
            await scene.StartReporterAsync();
            await scene.CoturnIsBackAsync();
        }

        await scene.ExpectAsync(bytes);
    }
}
