using System.Globalization;
using System.Runtime.InteropServices;

namespace Heliograph.Load.Readings;

/// <summary>Where a result comes from: numbers of two machines, or of two runtimes, are not to be compared.</summary>
/// <param name="Processor">The processor's name.</param>
/// <param name="Cores">How many the programs may use.</param>
/// <param name="MemoryMegabytes">All there is.</param>
/// <param name="Kernel">Linux's release.</param>
/// <param name="Runtime">The runtime of this program, which is the servers' too.</param>
/// <param name="LoadBefore">How many threads wanted to run over the last minute before the run (load average): more than 0 is others'.</param>
/// <param name="Date">When the run began, in UTC.</param>
/// <param name="Commit">What was built.</param>
internal sealed record MachineFacts(
    string Processor, int Cores, long MemoryMegabytes, string Kernel, string Runtime, double LoadBefore, string Date, string? Commit)
{
    public static MachineFacts Read(string? commit) => new(
        ProcessorName(),
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024 * 1024),
        File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        RuntimeInformation.FrameworkDescription,
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture),
        DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        commit);

    private static string ProcessorName() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':') + 1)..].Trim()
            : RuntimeInformation.ProcessArchitecture.ToString();
}
