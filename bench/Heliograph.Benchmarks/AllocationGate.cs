using BenchmarkDotNet.Reports;

namespace Heliograph.Benchmarks;

/// <summary>Fails the run where a benchmark that must not allocate does. Time is shown and never judged: it is the machine's.</summary>
internal static class AllocationGate
{
    /// <returns>The process' exit code.</returns>
    public static int Check(IEnumerable<Summary> summaries)
    {
        var failed = summaries
            .SelectMany(summary => summary.Reports)
            .Where(report => report.BenchmarkCase.Descriptor.HasCategory(Category.NoAllocation))
            .Select(report => (report.BenchmarkCase.DisplayInfo, Bytes: report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase)))
            .Where(x => x.Bytes is not 0)
            .ToList();
        foreach (var (name, bytes) in failed)
            Console.Error.WriteLine($"{name} allocates {bytes?.ToString() ?? "an unknown number of"} bytes; it must not allocate.");
        return failed.Count == 0 ? 0 : 1;
    }
}

/// <summary>Categories of benchmarks.</summary>
internal static class Category
{
    public const string NoAllocation = "NoAllocation";
}
