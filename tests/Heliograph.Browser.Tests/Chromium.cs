[assembly: AssemblyFixture(typeof(Heliograph.Browser.Tests.Chromium))]
// Each test keeps several tabs and a video busy; two at a time would only wait for each other's processor.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Heliograph.Browser.Tests;

/// <summary>Debian's Chromium without a window, one for all tests. Where it is missing the tests fail; ./test installs it.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        SetDefaultExpectTimeout((float)Tab.Patience.TotalMilliseconds);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = Arguments });
    }

    /// <summary>A profile of its own: nothing that another one has stored is in it.</summary>
    public Task<IBrowserContext> NewProfileAsync(BrowserNewContextOptions? options = null) => _browser!.NewContextAsync(options);

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
