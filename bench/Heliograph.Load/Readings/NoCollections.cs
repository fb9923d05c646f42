using System.Runtime;

namespace Heliograph.Load.Readings;

/// <summary>
/// For as long as this lives the generator collects no garbage, which would stop the thread that measures: what is measured is to be the server's
/// lateness.
/// </summary>
internal sealed class NoCollections : IDisposable
{
    /// <param name="bytes">So much can be allocated meanwhile; beyond it garbage is collected all the same.</param>
    public NoCollections(long bytes) => GC.TryStartNoGCRegion(bytes);

    public void Dispose()
    {
        if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
        {
            GC.EndNoGCRegion();
        }
    }
}
