using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using Heliograph.Server.Connect;
using Heliograph.Server.Relay;
using Heliograph.Server.Relay.Opening;
using Heliograph.Server.Transport;

namespace Heliograph.Benchmarks;

/// <summary>What a connection that says nothing holds in the managed heap, object by object: for the table in docs/performance.md.</summary>
internal static class IdleConnection
{
    /// <summary>Prints the table.</summary>
    public static void Print()
    {
        var rows = Rows().ToList();
        Console.WriteLine("| object | count | bytes | for |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var (name, count, bytes, why) in rows)
            Console.WriteLine($"| `{name}` | {count:0.#} | {bytes:0} | {why} |");
        Console.WriteLine($"| all | | {rows.Sum(x => x.Bytes):0} | |");
    }

    private static IEnumerable<(string Name, double Count, double Bytes, string Why)> Rows()
    {
        yield return Of(typeof(SocketHandle), 1, "the descriptor, closed once");
        yield return Of(typeof(LoopSocket), 1, "the connection as a stream");
        yield return Of(typeof(Readiness), 1, "who waits until something comes");
        yield return Of(typeof(SignalingSocket), 1, "frames; its buffer is rented while something comes");
        yield return Of(typeof(Peer), 1, "the connection in the relay");
        yield return Of(typeof(Outbox), 1, "what waits to be written");
        yield return Of(typeof(Lock), 1, "the outbox'");
        yield return Of(typeof(Ticket), 1, "who it is");
        yield return ("String", 3, 2 * StringBytes(11) + StringBytes(19) + StringBytes(71), "the ticket's product, device and key");
        yield return Of(typeof(IPAddress), 1, "where it comes from");
        yield return Box(typeof(OpenSockets), "EndAsync", 1);
        yield return Box(typeof(PeerRun), "RunAsync", 1);
        yield return Box(typeof(Peer), nameof(Peer.ReceiveAsync), 1);
        yield return Of(typeof(DeviceState), 0.5, "a device and its clients; here two connections");
        yield return Of(typeof(Lock), 0.5, "the device's");
        yield return ("ConcurrentDictionary", 0.5, 64 / 2, "the device's node in the table of all");
    }

    private static (string, double, double, string) Of(Type type, double count, string why) => (type.Name, count, Size(type) * count, why);

    /// <summary>A method that waits: its variables, in the task that it returned.</summary>
    private static (string, double, double, string) Box(Type type, string method, double count)
    {
        var machine = type.GetNestedTypes(BindingFlags.NonPublic).Where(x => x.Name.StartsWith($"<{method}>", StringComparison.Ordinal)).Select(Size).Max();
        var task = Size(typeof(Task<bool>)) + 3 * IntPtr.Size;
        return ($"{type.Name}.{method}", count, (task + machine - 2 * IntPtr.Size) * count, "a method that waits");
    }

    private static long StringBytes(int length) => (22 + (2 * length) + 7) / 8 * 8;

    private static long Size(Type type) => Allocated(() => RuntimeHelpers.GetUninitializedObject(type));

    private static long Allocated(Func<object> make)
    {
        make();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var made = make();
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(made);
        return bytes;
    }
}
