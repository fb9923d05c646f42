using System.Net;
using Heliograph.Protocol;
using Npgsql;

namespace Heliograph.Program.Tests;

/// <summary>The executable with PostgreSQL, and the way of a registry there and back.</summary>
public sealed class PostgresTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly SigningKey _key = new();
    private readonly Cli _cli = new();
    private PostgresServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await PostgresServer.StartAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _cli.Dispose();
        _folder.Dispose();
        _key.Dispose();
    }

    [Fact]
    public async Task Serve_FourNodesAtOnceOnAnEmptyDatabase_MakeOneApiKey()
    {
        var database = await _server.CreateDatabaseAsync();

        var nodes = Enumerable.Range(0, 4)
            .Select(i => HeliographProcess.Start(["serve", "--data", _folder.PathOf($"data{i}"), "--listen", "http://127.0.0.1:0"], EnvironmentOf(database)))
            .ToList();

        try
        {
            // One after the other: the last one has the patience for all of them.
            foreach (var node in nodes)
                await node.WelcomedAsync();
            var keyFiles = Enumerable.Range(0, 4).Select(i => _folder.PathOf($"data{i}/api-key")).Where(File.Exists).ToList();
            var key = (await File.ReadAllTextAsync(keyFiles.ShouldHaveSingleItem(), TestContext.Current.CancellationToken)).Trim();
            foreach (var node in nodes)
            {
                using var api = new ApiClient(node.BaseUrl, key);
                (await api.ManageAsync(HttpMethod.Get, "/v1/apikeys")).Require(HttpStatusCode.OK).AsArray().Count.ShouldBe(1);
                File.Exists(_folder.PathOf("data0/heliograph.db")).ShouldBeFalse();
                (node.Output + node.Log).ShouldNotContain(_server.Password);
            }

            nodes.Count(x => x.Output.Contains("(in the data folder of the node that started first)", StringComparison.Ordinal)).ShouldBe(3);
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Serve_WithoutItsServer_EndsAtOnceAndSaysWhyWithoutThePassword()
    {
        var database = await _server.CreateDatabaseAsync();
        await _server.StopAsync();
        await using var node = HeliographProcess.Start(
            ["serve", "--data", _folder.PathOf("data")], EnvironmentOf(database));

        (await node.ExitAsync()).ShouldBe(1);

        node.Log.ShouldContain($"at 127.0.0.1:{_server.Port} can't be used: ");
        node.Log.ShouldNotContain(_server.Password);
    }

    [Fact]
    public async Task Serve_WithAConnectionThatIsNone_NamesTheSetting()
    {
        await using var node = HeliographProcess.Start(
            ["serve", "--data", _folder.PathOf("data")], EnvironmentOf("password=hunter2;nonsense=1"));

        (await node.ExitAsync()).ShouldBe(1);

        node.Log.ShouldStartWith("heliograph: Registry:Postgres must be a connection string");
        node.Log.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Copy_ToPostgresAndBack_TicketsAndKeysGoOnWorking()
    {
        string apiKey, url;
        DeviceAddress device;
        await using (var service = await HeliographProcess.ServeAsync(_folder.Sub("data")))
        {
            apiKey = (await File.ReadAllTextAsync(service.ApiKeyFile, TestContext.Current.CancellationToken)).Trim();
            using var api = service.CreateApiClient();
            device = await api.CreateDeviceAsync(await api.CreateProductAsync("Ünïcode"), _key);
            (await api.ManageAsync(HttpMethod.Post, $"/v1/webrtc/products/{device.Product}/device-batch", new System.Text.Json.Nodes.JsonObject { ["count"] = 2500 })).Require(HttpStatusCode.OK);
            url = new Uri((await api.ConnectClientAsync(device)).Json.Text("signalingUrl")).PathAndQuery;
        }

        var database = await _server.CreateDatabaseAsync();
        var withoutPassword = WithoutPassword(database);
        _cli.Environment["PGPASSWORD"] = _server.Password;
        var there = (await CopyAsync($"sqlite:{_folder.PathOf("data/heliograph.db")}", $"postgres:{withoutPassword}")).Succeeded();
        there.Output.ShouldContain("Devices");
        there.Output.ShouldContain("2501");
        (there.Output + there.Errors).ShouldNotContain(_server.Password);

        await using (var service = await ServeAsync("other", database))
        {
            await WorksAsync(service.BaseUrl);
            (await CopyAsync($"postgres:{withoutPassword}", $"sqlite:{_folder.PathOf("back/heliograph.db")}")).ShouldSatisfyAllConditions(
                x => x.ExitCode.ShouldBe(1), x => x.Errors.ShouldContain("in use by a service"));
        }

        _cli.Environment.Remove("PGPASSWORD");
        var password = _cli.Folder.Write("password", _server.Password + "\n");
        (await CopyAsync($"postgres:{withoutPassword}", $"sqlite:{_folder.PathOf("back/heliograph.db")}", "--password-file", password)).Succeeded();
        await using (var service = await HeliographProcess.ServeAsync(_folder.Sub("back")))
            await WorksAsync(service.BaseUrl);

        async Task WorksAsync(string baseUrl)
        {
            using var api = new ApiClient(baseUrl, apiKey);
            (await api.ManageAsync(HttpMethod.Get, $"/v1/webrtc/products/{device.Product}")).Require(HttpStatusCode.OK).Text("name").ShouldBe("Ünïcode");
            await using var peer = await TestPeer.OpenAsync(baseUrl.Replace("http://", "ws://", StringComparison.Ordinal) + url);
            await peer.DrainAsync();
            (await api.ConnectDeviceAsync(device, _key.DeviceToken(device))).Require(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Copy_WhereSomethingIsInTheWay_LeavesAllAsItIs()
    {
        var database = await _server.CreateDatabaseAsync();
        var source = $"sqlite:{_folder.PathOf("data/heliograph.db")}";
        await using (await HeliographProcess.ServeAsync(_folder.Sub("data")))
        {
            (await CopyAsync(source, $"postgres:{database}")).ShouldSatisfyAllConditions(
                x => x.ExitCode.ShouldBe(1), x => x.Errors.ShouldContain("in use by another heliograph"));
        }

        (await CopyAsync("sqlite:nowhere.db", $"postgres:{database}")).ExitCode.ShouldBe(3);
        (await CopyAsync("file", $"postgres:{database}")).ExitCode.ShouldBe(2);
        (await CopyAsync(source, "postgres:Password=hunter2")).ShouldSatisfyAllConditions(
            x => x.ExitCode.ShouldBe(2), x => x.Errors.ShouldContain("--to"), x => x.Errors.ShouldNotContain("hunter2"));
        (await CopyAsync(source, source)).ExitCode.ShouldBe(2);
        (await CopyAsync(source, $"postgres:{database}")).Succeeded();
        (await CopyAsync(source, $"postgres:{database}")).ShouldSatisfyAllConditions(
            x => x.ExitCode.ShouldBe(1), x => x.Errors.ShouldContain("is not empty"), x => x.Errors.ShouldContain("--replace"));
        (await CopyAsync(source, $"postgres:{database}", "--replace")).Succeeded();
    }

    private Task<HeliographProcess> ServeAsync(string data, string database) =>
        HeliographProcess.ServeAsync(_folder.Sub(data), EnvironmentOf(database));

    private static Dictionary<string, string> EnvironmentOf(string database) => new() { ["HELIOGRAPH_Registry__Postgres"] = database };

    private Task<CliResult> CopyAsync(string from, string to, params string[] more) => _cli.RunAsync(["registry", "copy", "--from", from, "--to", to, .. more]);

    private static string WithoutPassword(string connection)
    {
        var builder = new NpgsqlConnectionStringBuilder(connection);
        builder.Remove("Password");
        return builder.ConnectionString;
    }
}
