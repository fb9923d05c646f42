using Heliograph.Server.Backplane;

namespace Heliograph.Server.Tests.Backplane;

public sealed class InProcessBackplaneTests : BackplaneContract
{
    private readonly InProcessNetwork _network = new();

    public override ValueTask DisposeAsync() => default;

    internal override ValueTask<IBackplane> CreateAsync() => new(new InProcessBackplane(_network));
}
