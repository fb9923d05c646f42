namespace Heliograph.Program.Tests.Management;

public sealed class NodeCommandTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>, IDisposable
{
    private readonly Cli _cli = new Cli().For(fixture.Service);

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task List_OfAServiceThatRunsAlone_IsOneNode()
    {
        var lines = (await _cli.RunAsync("node", "list")).Succeeded().Lines;
        var nodes = (await _cli.JsonAsync("node", "list")).AsArray();

        lines.Count.ShouldBe(2);
        lines[0].ShouldMatch("^NAME +STATE +UP +DEVICES +CLIENTS +MESSAGES/S +CPU +MEMORY +HEARD \\(UTC\\) +VERSION");
        lines[1].ShouldMatch("ready +.*MiB");
        var node = nodes.ShouldHaveSingleItem()!;
        node["thisNode"]!.GetValue<bool>().ShouldBeTrue();
        node.Fields().ShouldBe([
            "name", "thisNode", "state", "version", "startedAt", "uptimeSeconds", "heardAt", "devices", "clients", "messagesPerSecond", "messagesRelayed",
            "messagesRelayedToOtherNodes", "cpu", "memoryBytes",
        ]);
    }
}
