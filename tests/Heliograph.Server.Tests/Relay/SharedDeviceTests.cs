using System.Buffers.Binary;
using Heliograph.Server.Tests.Transport;
using Heliograph.Server.Transport;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Relay;

/// <summary>A device with several clients, which send at the same time. Its loop is held up here, which other tests have sockets on: not beside them.</summary>
[Collection(nameof(OnLoopsAlone))]
public class SharedDeviceTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    private const int Clients = 16;

    private const int LevelTcp = 6;
    private const int TcpInfo = 11;

    /// <summary>Where <c>tcpi_data_segs_in</c> stands in <c>struct tcp_info</c> (linux/tcp.h).</summary>
    private const int DataSegmentsIn = 152;

    [Fact]
    public async Task Messages_OfManyClients_ThatComeTogether_LeaveInOneSystemCall()
    {
        var address = await fixture.CreateDeviceAsync();
        await using var device = await fixture.Api.OpenRawDeviceAsync(address, fixture.DeviceKey);
        var clients = new List<(RawWebSocket Peer, string Channel)>();
        try
        {
            for (var i = 0; i < Clients; i++)
            {
                clients.Add(await fixture.Api.OpenRawClientAsync(address));
                (await device.ReadTextAsync()).ShouldContain("PEER_CONNECTED");
                // It has its place, and the loop reads it.
                await clients[^1].Peer.DrainAsync();
            }

            var before = SegmentsOf(device);
            await WhileHeldAsync(SocketLoop.For(address.GetHashCode()), async () =>
            {
                foreach (var (peer, channel) in clients)
                    await peer.SendMessageAsync(channel, "1");
            });

            var told = new List<string>();
            for (var i = 0; i < Clients; i++)
                told.Add(await device.ReadTextAsync());
            told.ShouldBe(
                clients.Select(x => $$"""{"type":"MESSAGE","channelId":"{{x.Channel}}","authorized":false,"message":1}"""), ignoreOrder: true);
            (SegmentsOf(device) - before).ShouldBe(1);
        }
        finally
        {
            foreach (var (peer, _) in clients)
                await peer.DisposeAsync();
        }
    }

    /// <summary>Data segments that have come; each system call of the service, which does not wait for more, is one as long as it is small.</summary>
    private static int SegmentsOf(RawWebSocket peer)
    {
        var info = new byte[DataSegmentsIn + sizeof(int)];
        peer.Socket.GetRawSocketOption(LevelTcp, TcpInfo, info).ShouldBe(info.Length);
        return BinaryPrimitives.ReadInt32LittleEndian(info.AsSpan(DataSegmentsIn));
    }

    /// <summary>Has the loop hear of all that is done meanwhile at once.</summary>
    private static async Task WhileHeldAsync(SocketLoop loop, Func<Task> act)
    {
        var isDone = false;
        var held = await LoopThread.RunAsync(loop, () =>
        {
            // Not asleep, which the loop's guard would find.
            while (!Volatile.Read(ref isDone))
                Thread.SpinWait(100);
        });
        try
        {
            await act();
        }
        finally
        {
            Volatile.Write(ref isDone, true);
            await held.Ended;
        }
    }
}
