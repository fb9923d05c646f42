using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;

namespace Heliograph.Load.Readings;

/// <summary>
/// Has a .NET process collect its garbage, through the runtime's own diagnostics port. Without it, an idle server's memory is whatever its
/// connects have left behind, and two servers that leave different amounts can't be compared.
/// </summary>
internal static class HeapSettling
{
    // The runtime answers this keyword of its event source with a full blocking collection.
    private const long CollectKeyword = 0x800000;

    private static readonly TimeSpan CollectionTime = TimeSpan.FromSeconds(0.7);

    /// <summary>False where the process can't be asked: other user, or diagnostics switched off.</summary>
    public static bool TryCollect(int processId, int collections)
    {
        try
        {
            var client = new DiagnosticsClient(processId);
            for (var i = 0; i < collections; i++)
            {
                Collect(client);
            }

            return true;
        }
        catch (Exception error) when (error is DiagnosticsClientException or IOException or TimeoutException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Collect(DiagnosticsClient client)
    {
        var provider = new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, CollectKeyword);
        using var session = client.StartEventPipeSession([provider], requestRundown: false, circularBufferMB: 1);
        var drained = Task.Run(() => session.EventStream.CopyToAsync(Stream.Null));
        Thread.Sleep(CollectionTime);
        session.Stop();
        drained.GetAwaiter().GetResult();
    }
}
