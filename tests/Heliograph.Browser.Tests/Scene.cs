using System.Globalization;
using System.Runtime.CompilerServices;

namespace Heliograph.Browser.Tests;

/// <summary>A service, and a browser profile that nothing is stored in.</summary>
public sealed class Scene : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly IBrowserContext _profile;
    private readonly string _name;
    private readonly List<Tab> _tabs = [];
    private PageServer? _pages;
    private bool _ownsService;

    private Scene(IBrowserContext profile, string name)
    {
        _profile = profile;
        _name = name;
    }

    public HeliographProcess Service { get; private set; } = null!;

    /// <summary>An API key with which to manage.</summary>
    public string ApiKey { get; private set; } = null!;

    /// <summary>Opens a profile, beside the service of all.</summary>
    /// <param name="chromium">The browser.</param>
    /// <param name="name">What its screenshots are called.</param>
    public static async Task<Scene> OpenAsync(Chromium chromium, [CallerMemberName] string name = "")
    {
        var scene = new Scene(await chromium.NewProfileAsync(), name);
        (scene.Service, scene.ApiKey) = await CommonService.JoinAsync();
        return scene;
    }

    /// <summary>Opens a profile, and starts a service that nobody else uses.</summary>
    /// <param name="chromium">The browser.</param>
    /// <param name="settings">The service's environment.</param>
    /// <param name="name">What its screenshots are called.</param>
    public static async Task<Scene> OpenAloneAsync(Chromium chromium, IReadOnlyDictionary<string, string>? settings = null, [CallerMemberName] string name = "")
    {
        var scene = new Scene(await chromium.NewProfileAsync(), name) { _ownsService = true };
        scene.Service = await HeliographProcess.ServeAsync(scene._folder.Sub("data"), settings, "--listen", "http://localhost:0");
        scene.ApiKey = (await File.ReadAllTextAsync(scene.Service.ApiKeyFile)).Trim();
        return scene;
    }

    /// <summary>A caller of the management API.</summary>
    public ApiClient CreateApiClient() => new(Service.BaseUrl, ApiKey);

    /// <summary>Opens a tab.</summary>
    public async Task<Tab> OpenTabAsync(string url)
    {
        var tab = new Tab(await _profile.NewPageAsync());
        _tabs.Add(tab);
        await tab.Page.GotoAsync(url);
        return tab;
    }

    /// <summary>Opens the console's page to try things in a new tab; the first one signs in.</summary>
    /// <param name="query">What is chosen on it, e.g. <c>?product=…&amp;device=…</c>.</param>
    public async Task<Tab> OpenTryAsync(string query = "")
    {
        var url = $"{Service.BaseUrl}/console/try{query}";
        var tab = await OpenTabAsync(url);
        if (tab.Page.Url.Contains("/console/sign-in", StringComparison.Ordinal))
        {
            await tab.Page.GetByLabel("API key").FillAsync(ApiKey);
            await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
            await tab.Page.WaitForURLAsync(url);
        }

        return tab;
    }

    /// <summary>Serves a page of a vendor's, or what such a page asks for.</summary>
    /// <param name="name">Of its origin, which is another one than the service's.</param>
    /// <param name="body">What is served.</param>
    /// <param name="policy">Its Content-Security-Policy.</param>
    /// <param name="path">Where.</param>
    /// <returns>Its URL.</returns>
    public async Task<string> ServePageAsync(string name, string body, string? policy = null, string path = "/") =>
        (_pages ??= await PageServer.StartAsync()).Serve(name, path, body, policy);

    /// <summary>Starts a camera in a new tab, and waits until it is on air.</summary>
    /// <param name="access">Who may watch: secret, token or open.</param>
    public async Task<Tab> StartCameraAsync(string access = "secret")
    {
        var tab = await OpenTryAsync();
        await tab.Page.CheckAsync($"input[name=access][value={access}]");
        await tab.Page.ClickAsync("#start-camera");
        await tab.ExpectLayerAsync("signaling", "connected");
        await tab.ExpectStatusAsync("live");
        return tab;
    }

    /// <summary>Opens the viewer that a camera's tab links to, in a tab of its own as the link does.</summary>
    public async Task<Tab> OpenViewerAsync(Tab camera)
    {
        var tab = new Tab(await _profile.RunAndWaitForPageAsync(() => camera.Page.ClickAsync("#viewer-link")));
        _tabs.Add(tab);
        return tab;
    }

    /// <summary>Ends the service, which is nobody else's, as a power cut does.</summary>
    public Task KillServiceAsync()
    {
        _ownsService.ShouldBeTrue();
        return Service.KillAsync();
    }

    /// <summary>Starts the service again, where it was and on the same data folder.</summary>
    public async Task RestartServiceAsync()
    {
        var before = Service;
        Service = await HeliographProcess.ServeAsync(_folder.Sub("data"), "--listen", before.BaseUrl);
        await before.DisposeAsync();
    }

    /// <summary>The sum of a metric of the service over all its series.</summary>
    public async Task<double> MetricAsync(string name)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri(Service.BaseUrl + "/metrics"));
        return text.Split('\n')
            .Where(line => line.StartsWith(name + " ", StringComparison.Ordinal) || line.StartsWith(name + "{", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        // How it looked in the end: the first thing that one wants to see of a test that failed.
        for (var i = 0; i < _tabs.Count; i++)
            await _tabs[i].TakeScreenshotAsync(Path.Combine(AppContext.BaseDirectory, "screenshots", $"{_name}.{i}.png"));
        // Tabs that are closed one after the other lose each other, and say so; that is no complaint.
        var complaints = _tabs.SelectMany(tab => tab.Complaints).ToList();
        await _profile.DisposeAsync();
        if (_ownsService)
            await Service.DisposeAsync();
        if (_pages is not null)
            await _pages.DisposeAsync();
        _folder.Dispose();
        complaints.ShouldBeEmpty();
    }
}
