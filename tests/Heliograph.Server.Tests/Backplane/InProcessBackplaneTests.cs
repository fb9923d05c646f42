using Heliograph.Server.Backplane;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Tests.Backplane;

public sealed class InProcessBackplaneTests : BackplaneContract
{
    private readonly InProcessNetwork _network = new();

    public override ValueTask DisposeAsync() => default;

    internal override ValueTask<IBackplane> CreateAsync(string name) =>
        new(new InProcessBackplane(_network, Options.Create(new ClusterOptions { Node = name }), TimeProvider.System));
}
