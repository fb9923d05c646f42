namespace Heliograph.Docs.Tests;

/// <summary>Links between pages, and to files of the repository.</summary>
public sealed class LinkTests
{
    public static TheoryData<string> Pages => [.. Repository.Pages];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_ToThisRepository_LeadSomewhere(string page)
    {
        var broken = Markdown.Links(Repository.Read(page)).Where(link => !Resolves(page, link)).ToList();
        broken.ShouldBeEmpty();
    }

    private static bool Resolves(string page, string link)
    {
        if (link.StartsWith("http://", StringComparison.Ordinal) || link.StartsWith("https://", StringComparison.Ordinal))
            return true;

        var (path, anchor) = link.Split('#', 2) is [var before, var after] ? (before, after) : (link, null);
        var target = path.Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, path);
        var full = Repository.PathOf(target);
        if (!File.Exists(full) && !Directory.Exists(full))
            return false;
        return anchor is null || Markdown.Anchors(File.ReadAllText(full)).Contains(anchor);
    }
}
