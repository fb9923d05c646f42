using System.Collections.Concurrent;
using Heliograph.Server.Transport;

[assembly: AssemblyFixture(typeof(Heliograph.Server.Tests.Transport.LoopGuardFixture))]

namespace Heliograph.Server.Tests.Transport;

/// <summary>The guard is on in all of these tests. What it finds fails the run at its end, instead of ending it there and then.</summary>
public sealed class LoopGuardFixture : IDisposable
{
    private readonly ConcurrentQueue<string> _found = new();

    public LoopGuardFixture() => LoopGuard.Fail = what => _found.Enqueue($"{TestContext.Current.Test?.TestDisplayName} {what} {Environment.StackTrace}");

    public void Dispose() => _found.ShouldBeEmpty();
}
