[assembly: AssemblyFixture(typeof(Heliograph.Browser.Tests.Chromium))]

namespace Heliograph.Browser.Tests;

/// <summary>
/// Debian's Chromium, one for all tests, in the build that never has a window: half the processor time of the one that hides its window.
/// Where it is missing the tests fail; ./test installs it.
/// </summary>
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
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium-headless-shell", Args = Arguments });
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
