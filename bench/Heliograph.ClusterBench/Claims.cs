using System.Diagnostics;
using Heliograph.Backplane.RabbitMq;
using Heliograph.Backplane.RabbitMq.Directory;
using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Npgsql;

namespace Heliograph.ClusterBench;

/// <summary>The directory by itself: how many claims a second it takes of one node.</summary>
internal sealed class Claims(string connection) : IAsyncDisposable
{
    private const string Region = "bench";

    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(connection);
    private readonly List<PlaceDirectory> _directories = [];

    /// <summary>Claims places as a node that nobody has heard of.</summary>
    /// <param name="places">The places.</param>
    /// <param name="atOnce">How many claims are under way.</param>
    /// <returns>Seconds that all took.</returns>
    public async Task<double> RunAsync(IReadOnlyList<Place> places, int atOnce)
    {
        var node = new NodeAddress($"node-{_directories.Count}", NodeAddress.NewBoot());
        await new NodeDirectory(_database, Region, node).PrepareAsync(CancellationToken.None);
        var directory = new PlaceDirectory(NpgsqlDataSource.Create(connection), Region, node);
        _directories.Add(directory);

        var took = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            places, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (place, _) => await directory.ClaimAsync(new(place, Held: 0)));
        return took.Elapsed.TotalSeconds;
    }

    /// <summary>The places of as many devices.</summary>
    public static IReadOnlyList<Place> Of(ProductId product, int devices) =>
        [.. Enumerable.Range(0, devices).Select(_ => Place.Of(new DeviceAddress(product, DeviceId.New())))];

    public async ValueTask DisposeAsync()
    {
        foreach (var directory in _directories)
            await directory.DisposeAsync();
        await _database.DisposeAsync();
    }
}
