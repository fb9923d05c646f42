namespace Heliograph.Program.Tests.Management;

public sealed class AuditCommandTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>, IDisposable
{
    private readonly Cli _cli = new Cli().For(fixture.Service);

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Audit_ListsChangesTheNewestFirst()
    {
        var product = (await _cli.RunAsync("product", "create", "--name", "Garden")).Succeeded().Output.Trim();
        await _cli.RunAsync("device", "batch", product, "--count", "12");

        var lines = (await _cli.RunAsync("audit", "--product", product)).Succeeded().Lines;
        var entries = (await _cli.JsonAsync("audit", "--product", product, "--action", "product")).AsArray();

        lines.Count.ShouldBe(3);
        lines[0].ShouldStartWith("TIME (UTC)");
        lines[1].ShouldMatch($"device.create +{product}  batch 1: 12 devices: ");
        lines[2].ShouldMatch($"product.create +{product}  name: Garden");
        entries.ShouldHaveSingleItem()!.Fields().ShouldBe(["id", "time", "organizationId", "actor", "action", "subject", "detail"]);
    }

    [Fact]
    public async Task Limit_AndAll_SayHowMany()
    {
        for (var i = 0; i < 3; i++)
            (await _cli.RunAsync("product", "create")).Succeeded();

        (await _cli.JsonAsync("audit", "--limit", "2")).AsArray().Count.ShouldBe(2);
        (await _cli.JsonAsync("audit", "--all")).AsArray().Count.ShouldBeGreaterThan(3);
        (await _cli.RunAsync("audit", "--all", "--limit", "2")).FailedWith(2, "--all");
    }

    [Fact]
    public async Task Filter_ThatIsNone_NamesTheOption() =>
        (await _cli.RunAsync("audit", "--from", "yesterday")).FailedWith(1, "from: must be a date or a time");
}
