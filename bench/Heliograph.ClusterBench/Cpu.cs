using System.Diagnostics;

namespace Heliograph.ClusterBench;

/// <summary>Processor time of processes, user and system, in seconds.</summary>
internal static class Cpu
{
    public static double Of(params int[] processes) => processes.Sum(Seconds);

    /// <summary>Of a process and its children: PostgreSQL has one for each connection.</summary>
    public static double OfTree(int parent) => Seconds(parent) + Process.GetProcesses().Where(x => ParentOf(x.Id) == parent).Sum(x => Seconds(x.Id));

    private static double Seconds(int process)
    {
        try
        {
            return Process.GetProcessById(process).TotalProcessorTime.TotalSeconds;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            // It has ended.
            return 0;
        }
    }

    private static int ParentOf(int process)
    {
        try
        {
            // pid (name) state ppid …; a name may have anything in it but ends with the last bracket.
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
