using System.Globalization;
using System.Runtime.InteropServices;

namespace Heliograph.Load.Readings;

/// <summary>Where a result comes from: numbers of two machines, or of two runtimes, are not to be compared.</summary>
internal sealed record MachineFacts(string Processor, int Cores, string Kernel, string Runtime, string Date, string? Commit)
{
    public static MachineFacts Read(string? commit) => new(
        ProcessorName(),
        Environment.ProcessorCount,
        File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        RuntimeInformation.FrameworkDescription,
        DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        commit);

    private static string ProcessorName() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':') + 1)..].Trim()
            : RuntimeInformation.ProcessArchitecture.ToString();
}
