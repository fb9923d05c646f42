using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Npgsql;
using NpgsqlTypes;

namespace Heliograph.Backplane.RabbitMq.Directory;

/// <summary>
/// Who is where: a row for each place that a node of the region holds. Regions may share the database; they don't see each other's rows. Soft
/// state in unlogged tables: nodes put it down again when it is lost. Calls gather into batches; each fails with what the database fails with.
/// </summary>
internal sealed class PlaceDirectory : IAsyncDisposable
{
    private const string Input = "unnest(@products, @devices, @channels)";
    private const string IsInput = """p."Region" = @region AND p."ProductId" = x.product AND p."DeviceId" = x.device AND p."Channel" = x.channel""";

    // The row is locked when the new generation is taken, so generations are in the order of the claims; and the holder that is
    // displaced is the one that it really displaces. Sorted, so that two nodes' batches don't wait for each other in a circle.
    private const string ClaimSql =
        $"""
        INSERT INTO "ClusterPeers" AS p ("Region", "ProductId", "DeviceId", "Channel", "Node", "Boot", "Generation")
        SELECT @region, x.product, x.device, x.channel, @node, @boot, nextval('"ClusterGenerations"')
        FROM {Input} AS x (product, device, channel) ORDER BY 2, 3, 4
        ON CONFLICT ("Region", "ProductId", "DeviceId", "Channel") DO UPDATE SET
            "PreviousNode" = p."Node", "PreviousBoot" = p."Boot", "Node" = excluded."Node", "Boot" = excluded."Boot", "Generation" = nextval('"ClusterGenerations"')
        RETURNING p."ProductId", p."DeviceId", p."Channel", p."Generation", p."PreviousNode", p."PreviousBoot"
        """;

    private const string RenewSql =
        """
        INSERT INTO "ClusterPeers" AS p ("Region", "ProductId", "DeviceId", "Channel", "Node", "Boot", "Generation")
        SELECT @region, x.product, x.device, x.channel, @node, @boot, x.held
        FROM unnest(@products, @devices, @channels, @held) AS x (product, device, channel, held) ORDER BY 2, 3, 4
        ON CONFLICT ("Region", "ProductId", "DeviceId", "Channel") DO UPDATE SET
            "PreviousNode" = p."Node", "PreviousBoot" = p."Boot", "Node" = excluded."Node", "Boot" = excluded."Boot", "Generation" = excluded."Generation"
            WHERE p."Generation" <= excluded."Generation"
        RETURNING p."ProductId", p."DeviceId", p."Channel", p."Generation", p."PreviousNode", p."PreviousBoot"
        """;

    private const string ReleaseSql =
        $"""
        DELETE FROM "ClusterPeers" AS p USING {Input} AS x (product, device, channel)
        WHERE {IsInput} AND p."Node" = @node AND p."Boot" = @boot
        """;

    private const string FindSql =
        $"""
        SELECT p."ProductId", p."DeviceId", p."Channel", p."Generation", p."Node", p."Boot"
        FROM "ClusterPeers" AS p JOIN {Input} AS x (product, device, channel) ON {IsInput}
        """;

    private const string WatchersSql =
        """
        SELECT DISTINCT p."ProductId", p."DeviceId", p."Node", p."Boot"
        FROM "ClusterPeers" AS p JOIN unnest(@products, @devices) AS x (product, device) ON p."ProductId" = x.product AND p."DeviceId" = x.device
        WHERE p."Region" = @region AND p."Channel" <> '' AND (p."Node" <> @node OR p."Boot" <> @boot)
        """;

    private readonly NpgsqlDataSource _database;
    private readonly string _region;
    private readonly NodeAddress _self;
    private readonly Batcher<Place, Claim, ClaimResult> _claims;
    private readonly Batcher<Place, Claim, ClaimResult> _renewals;
    private readonly Batcher<Place, Place, bool> _releases;
    private readonly Batcher<Place, Place, Holder?> _finds;

    public PlaceDirectory(NpgsqlDataSource database, string region, NodeAddress self)
    {
        _database = database;
        _region = region;
        _self = self;
        _claims = new(x => x.Place, ClaimAsync);
        _renewals = new(x => x.Place, RenewAsync);
        _releases = new(x => x, ReleaseAsync);
        _finds = new(x => x, FindAsync);
    }

    /// <summary>Puts a claim down, or makes an earlier one good.</summary>
    public Task<ClaimResult> ClaimAsync(Claim claim) => (claim.Held > 0 ? _renewals : _claims).CallAsync(claim);

    /// <summary>Takes this node's claim back, where it is the newest.</summary>
    public Task ReleaseAsync(Place place) => _releases.CallAsync(place);

    /// <summary>Who holds a place; null for nobody.</summary>
    public Task<Holder?> FindAsync(Place place) => _finds.CallAsync(place);

    /// <summary>The devices of a product that are held, with who holds them.</summary>
    public async Task<IReadOnlyList<(DeviceId Device, NodeAddress Node)>> DevicesOfAsync(ProductId product, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand("""SELECT "DeviceId", "Node", "Boot" FROM "ClusterPeers" WHERE "Region" = $1 AND "ProductId" = $2 AND "Channel" = ''""");
        command.Parameters.Add(new() { Value = _region });
        command.Parameters.Add(new() { Value = product.Value });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var devices = new List<(DeviceId, NodeAddress)>();
        while (await rows.ReadAsync(cancellationToken))
            devices.Add((DeviceId.Parse(rows.GetString(0)), new(rows.GetString(1), rows.GetString(2))));
        return devices;
    }

    /// <summary>How many devices of products each node holds.</summary>
    public async Task<IReadOnlyList<(ProductId Product, NodeAddress Node, int Count)>> CountDevicesAsync(
        IReadOnlyCollection<ProductId> products, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(
            """
            SELECT "ProductId", "Node", "Boot", count(*) FROM "ClusterPeers" WHERE "Region" = $1 AND "ProductId" = ANY ($2) AND "Channel" = ''
            GROUP BY "ProductId", "Node", "Boot"
            """);
        command.Parameters.Add(new() { Value = _region });
        command.Parameters.Add(new() { Value = products.Select(x => x.Value).ToArray() });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new List<(ProductId, NodeAddress, int)>();
        while (await rows.ReadAsync(cancellationToken))
            counts.Add((ProductId.Parse(rows.GetString(0)), new(rows.GetString(1), rows.GetString(2)), (int)rows.GetInt64(3)));
        return counts;
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private async Task<IReadOnlyList<ClaimResult>> ClaimAsync(IReadOnlyList<Claim> claims)
    {
        var places = claims.Select(x => x.Place).ToList();
        var put = await ReadAsync(CreateCommand(ClaimSql, places));
        return await WithWatchersAsync(places, put);
    }

    private async Task<IReadOnlyList<ClaimResult>> RenewAsync(IReadOnlyList<Claim> claims)
    {
        var places = claims.Select(x => x.Place).ToList();
        var command = CreateCommand(RenewSql, places);
        command.Parameters.Add(new("held", claims.Select(x => x.Held).ToArray()));
        var put = await ReadAsync(command);
        if (places.Where(x => !put.ContainsKey(x)).ToList() is { Count: > 0 } newer)
        {
            foreach (var (place, row) in await ReadAsync(CreateCommand(FindSql, newer)))
                put[place] = row;
        }

        return await WithWatchersAsync(places, put);
    }

    private async Task<IReadOnlyList<bool>> ReleaseAsync(IReadOnlyList<Place> places)
    {
        await using var command = CreateCommand(ReleaseSql, places);
        await command.ExecuteNonQueryAsync();
        return [.. places.Select(_ => true)];
    }

    private async Task<IReadOnlyList<Holder?>> FindAsync(IReadOnlyList<Place> places)
    {
        var found = await ReadAsync(CreateCommand(FindSql, places));
        return [.. places.Select(place => found.TryGetValue(place, out var row) && row.Node is { } node ? new Holder(node, row.Generation) : null)];
    }

    /// <summary>
    /// In a statement of its own, after the claims are there for others to see: of a device and a client that are claimed at the same
    /// time, at least one then finds the other.
    /// </summary>
    private async Task<IReadOnlyList<ClaimResult>> WithWatchersAsync(List<Place> places, Dictionary<Place, (long Generation, NodeAddress? Node)> put)
    {
        var devices = places.Where(x => x.IsDevice).Select(x => x.Device).ToList();
        var watchers = devices.Count == 0 ? null : await WatchersOfAsync(devices);
        return
        [
            .. places.Select(place => put.TryGetValue(place, out var row)
                ? new ClaimResult(row.Generation, row.Node, place.IsDevice ? [.. watchers![place.Device]] : [])
                // Between the two looks of a renewal its newer holder has gone: it can be asked for again.
                : new ClaimResult(0, null, [])),
        ];
    }

    private async Task<ILookup<DeviceAddress, NodeAddress>> WatchersOfAsync(List<DeviceAddress> devices)
    {
        await using var command = _database.CreateCommand(WatchersSql);
        command.Parameters.Add(new("products", devices.Select(x => x.Product.Value).ToArray()));
        command.Parameters.Add(new("devices", devices.Select(x => x.Device.Value).ToArray()));
        AddSelf(command);
        await using var rows = await command.ExecuteReaderAsync();
        var watchers = new List<(DeviceAddress Device, NodeAddress Node)>();
        while (await rows.ReadAsync())
            watchers.Add((new(ProductId.Parse(rows.GetString(0)), DeviceId.Parse(rows.GetString(1))), new(rows.GetString(2), rows.GetString(3))));
        return watchers.ToLookup(x => x.Device, x => x.Node);
    }

    private NpgsqlCommand CreateCommand(string sql, IReadOnlyList<Place> places)
    {
        var command = _database.CreateCommand(sql);
        command.Parameters.Add(new("products", places.Select(x => x.Device.Product.Value).ToArray()));
        command.Parameters.Add(new("devices", places.Select(x => x.Device.Device.Value).ToArray()));
        command.Parameters.Add(new("channels", places.Select(x => x.Channel?.ToString() ?? "").ToArray()));
        AddSelf(command);
        return command;
    }

    private void AddSelf(NpgsqlCommand command)
    {
        command.Parameters.Add(new("region", NpgsqlDbType.Text) { Value = _region });
        command.Parameters.Add(new("node", NpgsqlDbType.Text) { Value = _self.Name });
        command.Parameters.Add(new("boot", NpgsqlDbType.Text) { Value = _self.Boot });
    }

    /// <summary>Runs a statement that gives a place, a generation and a node in each row.</summary>
    private static async Task<Dictionary<Place, (long Generation, NodeAddress? Node)>> ReadAsync(NpgsqlCommand command)
    {
        await using (command)
        await using (var rows = await command.ExecuteReaderAsync())
        {
            var read = new Dictionary<Place, (long, NodeAddress?)>();
            while (await rows.ReadAsync())
            {
                var channel = rows.GetString(2) is { Length: > 0 } text && ChannelId.TryParse(System.Text.Encoding.ASCII.GetBytes(text), out var id) ? id : (ChannelId?)null;
                var place = new Place(new(ProductId.Parse(rows.GetString(0)), DeviceId.Parse(rows.GetString(1))), channel);
                read[place] = (rows.GetInt64(3), await rows.IsDBNullAsync(4) ? null : new(rows.GetString(4), rows.GetString(5)));
            }

            return read;
        }
    }
}
