namespace Heliograph.Program.Tests;

/// <summary>Checks of what a process wrote.</summary>
internal static class Lines
{
    /// <summary>One line, and so no stack trace.</summary>
    public static string ShouldHaveSingleLine(this string text) => text.Split('\n').ShouldHaveSingleItem();
}
