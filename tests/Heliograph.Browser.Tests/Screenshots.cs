namespace Heliograph.Browser.Tests;

/// <summary>Where screenshots go.</summary>
internal static class Screenshots
{
    /// <summary>The file of a screenshot that tells people how it looked; beside the tests.</summary>
    public static string FileOf(string name) => Path.Combine(AppContext.BaseDirectory, "screenshots", name);
}
