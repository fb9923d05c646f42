using System.Text.RegularExpressions;

namespace Heliograph.Browser.Tests.Console;

/// <summary>
/// Goes to every page of the console that can be reached by a link, once each: a page is what is left of its address without IDs and
/// query. So a page that is added later is looked at, too.
/// </summary>
internal sealed partial class Tour(ConsoleScene scene, IPage page)
{
    private readonly Queue<string> _ahead = new();
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>The pages so far: e.g. <c>products/ID/devices</c>, with an address of it.</summary>
    public IReadOnlyDictionary<string, string> Pages => _known;

    /// <summary>Visits all pages that can be reached from some.</summary>
    /// <param name="look">Called with a page's name while it is shown.</param>
    /// <param name="from">Where to begin.</param>
    public async Task VisitAsync(Func<string, Task> look, params IEnumerable<string> from)
    {
        foreach (var path in from)
            Add(path);
        while (_ahead.TryDequeue(out var path))
        {
            await page.GotoAsync(scene.Service.BaseUrl + path);
            await page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);
            await look(NameOf(path));
            foreach (var link in await page.Locator("a[href]:not([download])").EvaluateAllAsync<string[]>("links => links.map(link => link.href)"))
            {
                if (link.StartsWith(scene.Service.BaseUrl + "/console/", StringComparison.Ordinal))
                    Add(link[scene.Service.BaseUrl.Length..].Split('#')[0]);
            }
        }
    }

    private void Add(string path)
    {
        // A file to download is no page.
        if (!File().IsMatch(path) && _known.TryAdd(NameOf(path), path))
            _ahead.Enqueue(path);
    }

    private static string NameOf(string path) =>
        Id().Replace(path.Split('?')[0].TrimEnd('/'), "/ID")["/console/".Length..];

    [GeneratedRegex("/w[pd]-[a-z0-9]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Id();

    [GeneratedRegex(@"\.(csv|json|svg|pem)($|\?)|/export", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex File();
}
