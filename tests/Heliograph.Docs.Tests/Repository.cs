using System.Reflection;

namespace Heliograph.Docs.Tests;

/// <summary>The repository that these tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = [".git", "artifacts", "bin", "obj", "node_modules", "data", "BenchmarkDotNet.Artifacts", "TestResults"];

    public static string Root { get; } = Metadata("Repository");

    /// <summary>The configuration that it was built in.</summary>
    public static string Configuration { get; } = Metadata("Configuration");

    /// <summary>All pages, as paths from the root.</summary>
    public static IEnumerable<string> Pages => PagesIn(new(Root)).Select(file => Path.GetRelativePath(Root, file.FullName)).Order(StringComparer.Ordinal);

    public static string PathOf(string page) => Path.Combine(Root, page);

    public static string Read(string page) => File.ReadAllText(PathOf(page));

    private static string Metadata(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(x => x.Key == key).Value!;

    private static IEnumerable<FileInfo> PagesIn(DirectoryInfo folder) =>
        folder.EnumerateFiles("*.md").Concat(folder.EnumerateDirectories().Where(x => !NotOurs.Contains(x.Name)).SelectMany(PagesIn));
}
