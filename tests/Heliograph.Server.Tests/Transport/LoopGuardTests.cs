// The guard is there in debug builds only; here it is tested in all.
#define DEBUG
using Heliograph.Server.Transport;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Transport;

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
        var loop = new Thread(() =>
        {
            LoopGuard.Enter();
            goOn.Wait();
            LoopGuard.Leave();
        }) { Name = "a loop that blocks" };
        loop.Start();

        await Eventually.HoldsAsync("the guard finds the loop that blocks", () => Found().Any(x => x.Contains("a loop that blocks")));

        goOn.Set();
        loop.Join();
    }

    [Fact]
    public void Slow_OnALoop_IsFound()
    {
        var loop = new Thread(() =>
        {
            LoopGuard.MustBeElsewhere("Nothing yet");
            LoopGuard.Enter();
            LoopGuard.MustBeElsewhere("A signature");
            LoopGuard.Leave();
            LoopGuard.MustBeElsewhere("Nothing any more");
        });
        loop.Start();
        loop.Join();

        Found().ShouldHaveSingleItem().ShouldStartWith("A signature");
    }

    private List<string> Found()
    {
        lock (_found)
            return [.. _found];
    }
}
