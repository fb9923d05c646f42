using System.Globalization;
using System.Text.RegularExpressions;
using Heliograph.Protocol;
using Heliograph.Testing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Runtime;

namespace Heliograph.Benchmarks;

/// <summary>
/// What a connection that says nothing holds in the managed heap, object by object: for the table in docs/performance.md. Counted in the heap of a
/// service as a process of its own: what is more after as many pairs again have come.
/// </summary>
internal static partial class IdleConnection
{
    private const int Pairs = 500;

    /// <summary>What comes to fewer bytes for a connection is told in one sum.</summary>
    private const double Least = 10;

    private static readonly Dictionary<string, string> Settings = new(HeliographProcess.WithoutRateLimits, StringComparer.Ordinal)
    {
        // Nothing is said meanwhile.
        ["HELIOGRAPH_Relay__PingInterval"] = "00:30:00",
    };

    /// <summary>Prints the table.</summary>
    public static async Task PrintAsync()
    {
        using var folder = new TempFolder();
        await using var service = await HeliographProcess.ServeAsync(folder.Sub("data"), Settings);
        using var api = service.CreateApiClient();
        using var key = new SigningKey();
        var product = await api.CreateProductAsync();
        var open = new List<RawWebSocket>();
        try
        {
            // The first ones have the service make what it makes once.
            await OpenAsync(api, product, key, open);
            var before = Count(service.Id, folder);
            await OpenAsync(api, product, key, open);
            Print(before, Count(service.Id, folder));
        }
        finally
        {
            foreach (var socket in open)
                await socket.DisposeAsync();
        }
    }

    private static async Task OpenAsync(ApiClient api, ProductId product, SigningKey key, List<RawWebSocket> open)
    {
        for (var i = 0; i < Pairs; i++)
        {
            var device = await api.CreateDeviceAsync(product, key);
            open.Add(await api.OpenRawDeviceAsync(device, key));
            open.Add((await api.OpenRawClientAsync(device)).Peer);
        }

        // Whoever is answered has come to its wait.
        foreach (var socket in open)
            await socket.DrainAsync();
    }

    private static void Print(Dictionary<string, (int Count, long Bytes)> before, Dictionary<string, (int Count, long Bytes)> after)
    {
        var rows = after
            .Select(x => (Name: x.Key, Count: More(x.Value.Count, before.GetValueOrDefault(x.Key).Count), Bytes: More(x.Value.Bytes, before.GetValueOrDefault(x.Key).Bytes)))
            .OrderByDescending(x => x.Bytes)
            .ToList();
        Console.WriteLine("| object | count | bytes |");
        Console.WriteLine("|---|---|---|");
        foreach (var (name, count, bytes) in rows.Where(x => x.Bytes >= Least))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| `{name}` | {count:0.##} | {bytes:0} |"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| all others | | {rows.Where(x => x.Bytes < Least).Sum(x => x.Bytes):0} |"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| all | | {rows.Sum(x => x.Bytes):0} |"));

        static double More(long after, long before) => (after - before) / (2.0 * Pairs);
    }

    /// <summary>The objects that something holds, by type.</summary>
    private static Dictionary<string, (int Count, long Bytes)> Count(int processId, TempFolder folder)
    {
        var file = folder.PathOf("heap.dump");
        new DiagnosticsClient(processId).WriteDump(DumpType.WithHeap, file);
        try
        {
            using var target = DataTarget.LoadDump(file);
            using var runtime = target.ClrVersions.Single().CreateRuntime();
            var counted = new Dictionary<string, (int Count, long Bytes)>(StringComparer.Ordinal);
            var seen = new HashSet<ulong>();
            // What is on a thread's stack alone is of no connection.
            var next = new Stack<ClrObject>(runtime.EnumerateHandles().Where(x => x.IsStrong).Select(x => x.Object));
            while (next.TryPop(out var item))
            {
                if (!item.IsValid || !seen.Add(item.Address))
                    continue;
                var name = ShortName(item.Type!.Name!);
                var (count, bytes) = counted.GetValueOrDefault(name);
                counted[name] = (count + 1, bytes + (long)item.Size);
                foreach (var held in item.EnumerateReferences(carefully: true))
                    next.Push(held);
            }

            return counted;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Without namespaces; of a method that waits, its name.</summary>
    private static string ShortName(string type) => Machine().Match(type) is { Success: true } method
        ? $"{method.Groups["type"].Value}.{method.Groups["method"].Value}"
        : Namespace().Replace(type, "");

    [GeneratedRegex(@"AsyncStateMachineBox<.*?(?<type>\w+)(<[^>]*>)?\+<(?<method>\w+)>d__", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Machine();

    [GeneratedRegex(@"\b(\w+\.)+(?=\w)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Namespace();
}
