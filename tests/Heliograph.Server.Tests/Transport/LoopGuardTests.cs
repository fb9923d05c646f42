using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Heliograph.Server.Transport;
using Heliograph.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliograph.Server.Tests.Transport;

/// <summary>Real loops are blocked here, which other tests have sockets on: not beside them.</summary>
[Collection(nameof(OnLoopsAlone))]
public sealed class LoopGuardTests : IDisposable
{
    private readonly Action<string> _before = LoopGuard.Fail;
    private readonly List<string> _found = [];

    public LoopGuardTests() => LoopGuard.Fail = what =>
    {
        lock (_found)
            _found.Add(what);
    };

    public void Dispose() => LoopGuard.Fail = _before;

    [Fact]
    public async Task Wait_OnALoop_IsFound()
    {
        using var goOn = new ManualResetEventSlim();

        var running = await RunOnLoopAsync(() => goOn.Wait());

        await Eventually.HoldsAsync("the guard finds the loop that blocks", () => Found().Any(x => x.Contains("'sockets 0'", StringComparison.Ordinal)));
        goOn.Set();
        await running.Ended;
    }

    [Fact]
    public async Task Wait_OnALoop_EndsTheProcess()
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!, [typeof(LoopGuardTests).Assembly.Location, "-noLogo", "-noColor", "-explicit", "only", "-method", $"*.{nameof(Wait_OnALoop_ForEver)}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());

        await process.WaitForExitAsync().WaitAsync(TestPeer.Patience);

        process.ExitCode.ShouldBe(128 + 6, await output);
        (await errors).ShouldContain("Something blocks the loop 'sockets 0'");
    }

    [Fact(Explicit = true)]
    public async Task Wait_OnALoop_ForEver()
    {
        LoopGuard.Fail = Environment.FailFast;
        using var never = new ManualResetEventSlim();
        await (await RunOnLoopAsync(() => never.Wait())).Ended;
    }

    [Fact]
    public async Task Slow_OnALoop_IsFound()
    {
        LoopGuard.MustBeElsewhere("Nothing yet");

        await (await RunOnLoopAsync(() => LoopGuard.MustBeElsewhere("A signature"))).Ended;

        Found().ShouldHaveSingleItem().ShouldStartWith("A signature");
    }

    /// <summary>Has the first loop do something, in the turn of a socket.</summary>
    /// <returns>When it has begun.</returns>
    private static async Task<Running> RunOnLoopAsync(Action act)
    {
        await using var listener = SocketListener.Bind(new(IPAddress.Loopback, 0), MemoryPool<byte>.Shared, NullLogger.Instance);
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(listener.EndPoint);
        var connection = (SocketConnection)(await listener.AcceptAsync())!;
        var socket = connection.Detach();
        await connection.DisposeAsync();
        socket.GoInline(SocketLoop.All[0]);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // Whoever waits for the end does not go on on the loop.
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = RunAsync();
        peer.Send([1]);
        await begun.Task.WaitAsync(TestPeer.Patience);
        return new(ended.Task);

        async Task RunAsync()
        {
            await using var _ = socket;
            await socket.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
            begun.SetResult();
            act();
            ended.SetResult();
        }
    }

    private List<string> Found()
    {
        lock (_found)
            return [.. _found];
    }

    private sealed record Running(Task Ended);
}
