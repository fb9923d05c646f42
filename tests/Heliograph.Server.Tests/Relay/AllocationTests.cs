using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Heliograph.Server.Relay.Opening;
using Heliograph.Server.Tests.Transport;
using Heliograph.Server.Transport;
using Heliograph.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliograph.Server.Tests.Relay;

/// <summary>What a relayed message allocates in the service, through the whole of it: nothing. What another test's sockets allocate there would count.</summary>
[Collection(nameof(OnLoopsAlone))]
public class AllocationTests
{
    private const int Rounds = 20;
    private const int Messages = 1000;
    private const int AtOnce = 20;

    [Fact]
    public async Task Messages_BothWays_AllocateNothing()
    {
        using var key = new SigningKey();
        await using var service = await TestService.StartAsync(settings => settings.Logging.Level = Microsoft.Extensions.Logging.LogLevel.Warning);
        await using var pair = await RawPair.OpenAsync(service.Api, await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key), key);
        service.Get<OpenSockets>().Count.ShouldBe(2);
        await using var probe = await LoopProbe.OpenAsync(SocketLoop.For(pair.Address.GetHashCode()));
        var allocated = new List<long>();

        // Buffers are rented for the first time in the first, and again where a collection has emptied the pool. What a message allocates, were it one in
        // a thousand, is in all of them.
        while (allocated.Count < Rounds && !allocated.Contains(0))
        {
            var before = probe.ReadAllocated();
            await RelayOneByOneAsync(pair);
            await RelayManyAtOnceAsync(pair);
            allocated.Add(probe.ReadAllocated() - before);
        }

        allocated.ShouldContain(0);
    }

    private static async Task RelayOneByOneAsync(RawPair pair)
    {
        for (var i = 0; i < Messages; i++)
        {
            await pair.ShouldRelayAsync("1");
            await pair.Device.SendMessageAsync(pair.Channel, "2");
            await pair.Client.ReadTextAsync();
        }
    }

    private static async Task RelayManyAtOnceAsync(RawPair pair)
    {
        for (var i = 0; i < Messages; i += AtOnce)
        {
            var frame = RawFrame.OfText(pair.Message("3"));
            await pair.Client.SendAsync([.. Enumerable.Repeat(frame, AtOnce)]);
            for (var n = 0; n < AtOnce; n++)
                await pair.Device.SendMessageAsync(pair.Channel, "4");
            for (var n = 0; n < AtOnce; n++)
            {
                await pair.ShouldReceiveAsync("3");
                await pair.Client.ReadTextAsync();
            }
        }
    }

    /// <summary>A socket on the same loop, which tells what the loop's thread has allocated.</summary>
    private sealed class LoopProbe : IAsyncDisposable
    {
        private readonly ManualResetEventSlim _told = new();
        private readonly Socket _asking = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private Task _telling = Task.CompletedTask;
        private long _allocated;

        private LoopProbe()
        {
        }

        public static async Task<LoopProbe> OpenAsync(SocketLoop loop)
        {
            var probe = new LoopProbe();
            await using var listener = SocketListener.Bind(new(IPAddress.Loopback, 0), MemoryPool<byte>.Shared, NullLogger.Instance);
            await probe._asking.ConnectAsync(listener.EndPoint);
            var connection = (SocketConnection)(await listener.AcceptAsync())!;
            var socket = connection.Detach();
            await connection.DisposeAsync();
            socket.GoInline(loop);
            // It waits from here on, before anything is asked.
            probe._telling = probe.TellAsync(socket);
            return probe;
        }

        public long ReadAllocated()
        {
            _told.Reset();
            _asking.Send([1]);
            _told.Wait(TestPeer.Patience).ShouldBeTrue();
            return Volatile.Read(ref _allocated);
        }

        public async ValueTask DisposeAsync()
        {
            _asking.Dispose();
            await _telling;
            _told.Dispose();
        }

        private async Task TellAsync(LoopSocket socket)
        {
            await using var _ = socket;
            var buffer = new byte[8];
            while (true)
            {
                // Goes on inline, on the loop, and allocates nothing itself.
                await socket.ReadAsync(Memory<byte>.Empty, CancellationToken.None).ConfigureAwait(false);
                if (await socket.ReadAsync(buffer, CancellationToken.None).ConfigureAwait(false) == 0)
                    return;
                Volatile.Write(ref _allocated, GC.GetAllocatedBytesForCurrentThread());
                _told.Set();
            }
        }
    }
}
