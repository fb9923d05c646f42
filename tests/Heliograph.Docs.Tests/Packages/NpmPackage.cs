namespace Heliograph.Docs.Tests.Packages;

/// <summary>The browser module as npm packs it, installed into an empty folder without a network, beside the programs of its README.</summary>
public sealed class NpmPackage : IAsyncLifetime
{
    private const string Module = "packages/heliograph-js";

    private readonly TempFolder _folder = new();

    /// <summary>The package's own page.</summary>
    public static string Readme => Repository.Read($"{Module}/README.md");

    /// <summary>The folder that it is installed in.</summary>
    public DirectoryInfo App => _folder.Sub("app");

    public async ValueTask InitializeAsync()
    {
        Directory.Exists(Repository.PathOf($"{Module}/node_modules")).ShouldBeTrue($"Run npm ci in {Module}; ./test does.");
        App.Create();
        foreach (var (name, text) in Markdown.Files(Readme))
            _folder.Write($"app/{name}", text);
        await RunAsync(
            $"""
            npm pack --offline --silent --pack-destination .. '{Repository.PathOf(Module)}'
            npm init --yes >/dev/null
            npm pkg set type=module
            npm install --offline --no-audit --no-fund ../heliograph-js-*.tgz
            """);
    }

    /// <summary>Runs a script in the folder, with Node 20, npm and the TypeScript compiler.</summary>
    public Task<string> RunAsync(string script) => Shell.RunAsync(
        $"PATH='{Repository.PathOf($"{Module}/node_modules/.bin")}':$PATH\n{script}\n",
        App,
        new Dictionary<string, string> { ["npm_config_cache"] = _folder.PathOf("cache"), ["npm_config_update_notifier"] = "false" },
        PackageFeed.BuildPatience);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
