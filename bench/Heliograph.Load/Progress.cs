namespace Heliograph.Load;

/// <summary>Says on stderr what is going on; stdout is for the report.</summary>
internal static class Progress
{
    public static void Say(string line) => Console.Error.WriteLine($"  {line}");
}
