using System.Runtime.CompilerServices;

namespace Heliograph.Browser.Tests.Console;

/// <summary>A service, or a cluster, and browsers that look at its console.</summary>
public sealed class ConsoleScene : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Chromium _chromium;
    private readonly string _name;
    private readonly List<IBrowserContext> _profiles = [];
    private readonly List<Tab> _tabs = [];
    private bool _ownsService;

    private ConsoleScene(Chromium chromium, string name)
    {
        _chromium = chromium;
        _name = name;
    }

    public HeliographProcess Service { get; private set; } = null!;

    /// <summary>Calls the management API with the API key.</summary>
    public ApiClient Api { get; private set; } = null!;

    /// <summary>An API key with which to manage.</summary>
    public string ApiKey { get; private set; } = null!;

    /// <summary>Looks at the service of all, in which it has an organization of its own: not the operator's.</summary>
    /// <param name="chromium">The browser.</param>
    /// <param name="name">What its screenshots are called.</param>
    public static async Task<ConsoleScene> OpenAsync(Chromium chromium, [CallerMemberName] string name = "")
    {
        var (service, apiKey) = await CommonService.JoinAsync();
        return new(chromium, name) { Service = service, ApiKey = apiKey, Api = new(service.BaseUrl, apiKey) };
    }

    /// <summary>Starts a service that nobody else uses, and has its first API key: the operator's.</summary>
    /// <param name="chromium">The browser.</param>
    /// <param name="settings">More of the command line of <c>serve</c>.</param>
    /// <param name="environment">Settings as environment variables.</param>
    /// <param name="name">What its screenshots are called.</param>
    public static async Task<ConsoleScene> OpenAloneAsync(
        Chromium chromium, IReadOnlyList<string>? settings = null, IReadOnlyDictionary<string, string>? environment = null, [CallerMemberName] string name = "")
    {
        var scene = new ConsoleScene(chromium, name) { _ownsService = true };
        scene.Service = await HeliographProcess.ServeAsync(
            scene._folder.Sub("data"), environment, ["--listen", "http://localhost:0", .. settings ?? []]);
        scene.Api = scene.Service.CreateApiClient();
        scene.ApiKey = scene.Api.ApiKey;
        return scene;
    }

    /// <summary>Looks at a cluster, which stays when the scene ends. Pages are those of its first node, where no other is named.</summary>
    /// <param name="chromium">The browser.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="name">What its screenshots are called.</param>
    public static ConsoleScene Of(Chromium chromium, TestCluster cluster, [CallerMemberName] string name = "") => new(chromium, name)
    {
        Service = cluster[0].Process,
        Api = new(cluster[0].Process.BaseUrl, cluster[0].Api.ApiKey),
        ApiKey = cluster[0].Api.ApiKey,
    };

    /// <summary>A browser of its own: nobody is signed in in it.</summary>
    /// <param name="options">What is special about it, such as a phone's window.</param>
    public async Task<IBrowserContext> NewBrowserAsync(BrowserNewContextOptions? options = null)
    {
        var profile = await _chromium.NewProfileAsync(options);
        _profiles.Add(profile);
        return profile;
    }

    /// <summary>Opens a page of the console in a new tab.</summary>
    /// <param name="browser">The browser to open it in; one of its own where null.</param>
    /// <param name="path">The page, e.g. <c>/console/products</c>; its whole address where another node of a cluster has it.</param>
    public async Task<Tab> OpenAsync(string path, IBrowserContext? browser = null)
    {
        var tab = new Tab(await (browser ?? await NewBrowserAsync()).NewPageAsync());
        _tabs.Add(tab);
        await tab.Page.GotoAsync(AddressOf(path));
        return tab;
    }

    /// <summary>Signs in, and is on the page that was asked for.</summary>
    /// <param name="path">The page.</param>
    /// <param name="apiKey">The API key; the scene's where null.</param>
    /// <param name="browser">The browser; one of its own where null.</param>
    public async Task<Tab> SignInAsync(string path = "/console/products", string? apiKey = null, IBrowserContext? browser = null)
    {
        var tab = await OpenAsync(path, browser);
        await tab.Page.GetByLabel("API key").FillAsync(apiKey ?? ApiKey);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await tab.Page.WaitForURLAsync(AddressOf(path));
        return tab;
    }

    /// <summary>Ends the service as a power cut does, and starts it again where it was.</summary>
    /// <param name="meanwhile">What to wait for while it is away.</param>
    public async Task RestartServiceAsync(Func<Task> meanwhile)
    {
        _ownsService.ShouldBeTrue();
        var before = Service;
        await before.KillAsync();
        await meanwhile();
        Service = await HeliographProcess.ServeAsync(_folder.Sub("data"), "--listen", before.BaseUrl);
        await before.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = 0; i < _tabs.Count; i++)
            await _tabs[i].TakeScreenshotAsync(Path.Combine(AppContext.BaseDirectory, "screenshots", $"{_name}.{i}.png"));
        var complaints = _tabs.SelectMany(tab => tab.Complaints).ToList();
        foreach (var profile in _profiles)
            await profile.DisposeAsync();
        Api.Dispose();
        if (_ownsService)
            await Service.DisposeAsync();
        _folder.Dispose();
        complaints.ShouldBeEmpty();
    }

    private string AddressOf(string path) => path.StartsWith('/') ? Service.BaseUrl + path : path;
}
