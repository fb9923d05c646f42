using System.Collections.Concurrent;

namespace Heliograph.Browser.Tests;

/// <summary>A tab with the page in it, and what the browser complained of meanwhile.</summary>
public sealed class Tab
{
    /// <summary>Long enough for any machine, and for peers to find out by themselves that the other one is gone.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentBag<string> _expected = [];
    private bool _isKilled;

    public Tab(IPage page)
    {
        Page = page;
        page.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        // A violation of the content security policy is an error in the console as well.
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _complaints.Enqueue($"{message.Type}: {message.Text} ({message.Location})");
        };
        page.PageError += (_, error) => _complaints.Enqueue($"uncaught: {error}");
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings in the console, but for those that were expected.</summary>
    public IEnumerable<string> Complaints => _complaints.Where(complaint => !_expected.Any(complaint.Contains));

    /// <summary>Says that the browser may complain of this: it logs every refused request and every lost socket.</summary>
    public void ExpectComplaint(string text) => _expected.Add(text);

    public ILocator Status => Page.Locator("#status");

    public ILocator Error => Page.Locator("#stage-error");

    /// <summary>The messages of a layer in the trace.</summary>
    public ILocator Trace(string layer, string type, string direction) =>
        Page.Locator($"#trace [data-trace={layer}][data-type='{type}'][data-direction={direction}]");

    public Task ExpectLayerAsync(string layer, string state) =>
        Expect(Page.Locator($"[data-layer={layer}]")).ToHaveAttributeAsync("data-state", state);

    public Task ExpectStatusAsync(string status) => Expect(Page.Locator("#stage")).ToHaveAttributeAsync("data-status", status);

    /// <summary>Waits until the video of the other peer shows one new picture after the other.</summary>
    public async Task ExpectMovingPictureAsync()
    {
        // The page may still be on its way through the sign-in.
        await Page.Locator("video#remote").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await Page.EvaluateAsync(MovingPicture.Script, Patience.TotalMilliseconds);
    }

    /// <summary>Keeps how the page looks. Where the machine is too busy for that, it is done without: it is for people, and no test's matter.</summary>
    public async Task TakeScreenshotAsync(string path)
    {
        if (Page.IsClosed || _isKilled)
            return;
        try
        {
            await Page.ScreenshotAsync(new() { Path = path, FullPage = true, Timeout = 15_000 });
        }
        catch (TimeoutException)
        {
            // There is none, then.
        }
    }

    /// <summary>Ends the tab's process, as the system does that is short of memory.</summary>
    public async Task KillAsync()
    {
        var crashed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Page.Crash += (_, _) => crashed.TrySetResult();
        var session = await Page.Context.NewCDPSessionAsync(Page);
        // It has no answer: who would give it?
        _ = session.SendAsync("Page.crash");
        await crashed.Task.WaitAsync(Patience);
        _isKilled = true;
    }
}
