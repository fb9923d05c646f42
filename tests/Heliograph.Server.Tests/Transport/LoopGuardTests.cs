using System.Diagnostics;
using Heliograph.Server.Transport;
using Heliograph.Testing;

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

        var running = await LoopThread.RunAsync(SocketLoop.All[0], () => goOn.Wait());

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
        await (await LoopThread.RunAsync(SocketLoop.All[0], () => never.Wait())).Ended;
    }

    [Fact]
    public async Task Slow_OnALoop_IsFound()
    {
        LoopGuard.MustBeElsewhere("Nothing yet");

        await (await LoopThread.RunAsync(SocketLoop.All[0], () => LoopGuard.MustBeElsewhere("A signature"))).Ended;

        Found().ShouldHaveSingleItem().ShouldStartWith("A signature");
    }

    private List<string> Found()
    {
        lock (_found)
            return [.. _found];
    }
}
