using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Heliograph.Server.Regions;
using Heliograph.Server.Registry;
using Heliograph.Testing;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Tests.Regions;

/// <summary>
/// Services of several regions in one process: they share a registry, and each has a network of its own. Their ports are chosen before
/// they start, since each must know the others' URLs.
/// </summary>
internal sealed class RegionScene : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("heliograph-test-");
    private readonly Dictionary<string, string> _urls;
    private readonly Dictionary<string, string> _routes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TestService> _running = new(StringComparer.Ordinal);
    private readonly AsyncLocal<bool> _isPassing = new();
    private readonly Action<string, Settings>? _configure;
    private readonly bool _areWired;

    private RegionScene(IReadOnlyList<string> names, Action<string, Settings>? configure, bool areWired)
    {
        _urls = names.Zip(Ports.Free(names.Count)).ToDictionary(x => x.First, x => $"http://127.0.0.1:{x.Second}", StringComparer.Ordinal);
        (_configure, _areWired) = (configure, areWired);
    }

    public DirectoryInfo Folder => _folder;

    public SigningKey DeviceKey { get; } = new();

    public SigningKey ProductKey { get; } = new();

    public TestService Eu => this["eu"];

    public TestService Us => this["us"];

    public TestService this[string region] => _running[region];

    public string UrlOf(string region) => _urls[region];

    /// <summary>Has the regions that start from now on reach another one by another URL than where it listens.</summary>
    public void Reroute(string region, string url) => _routes[region] = url;

    /// <summary>Two regions, eu and us.</summary>
    /// <param name="configure">Changes the settings of a region.</param>
    /// <param name="areWired">Whether a change in one is told in the other at once, as PostgreSQL will do it; else they ask the registry.</param>
    /// <param name="others">Regions that are configured besides and not started, by their name and URL.</param>
    public static async Task<RegionScene> StartAsync(
        Action<string, Settings>? configure = null, bool areWired = true, params IEnumerable<(string Name, string Url)> others)
    {
        var scene = new RegionScene(["eu", "us"], configure, areWired);
        foreach (var (name, url) in others)
            scene._urls[name] = url;
        await scene.StartRegionAsync("eu");
        await scene.StartRegionAsync("us");
        await scene.KnowEachOtherAsync();
        return scene;
    }

    public async Task StartRegionAsync(string name, DirectoryInfo? folder = null)
    {
        var service = await TestService.StartAsync(
            settings =>
            {
                settings.Service.Listen = _urls[name];
                settings.Registry.Region = name;
                settings.Regions.CheckInterval = TimeSpan.FromMilliseconds(200);
                // A slow machine is no region that is down; tests about those set times of their own.
                settings.Regions.ConnectTimeout = settings.Regions.ResponseTimeout = TimeSpan.FromMinutes(2);
                foreach (var (region, url) in _urls)
                    settings.Regions.Known.Add(new() { Name = region, Url = _routes.GetValueOrDefault(region, url) });
                _configure?.Invoke(name, settings);
            },
            folder ?? _folder);
        if (_areWired)
            service.Get<RegistryChanges>().Subscribe(change => Pass(service, change));
        _running[name] = service;
    }

    /// <summary>Waits until each region that runs has reached all others that do: one that starts first has found nobody, and calls nobody for a while.</summary>
    public Task KnowEachOtherAsync() => Eventually.HoldsAsync("the regions reach each other", () => _running.All(from => _running.Keys.Where(x => x != from.Key).All(to =>
        from.Value.Get<IOptions<RegionsOptions>>().Value.CheckInterval > TimeSpan.FromMinutes(1)
        || from.Value.Get<RegionCheck>().Latest!.Single(x => x.Name == to).Status == "ok")));

    public async Task StopRegionAsync(string name)
    {
        if (_running.Remove(name, out var service))
            await service.DisposeAsync();
    }

    /// <summary>A product with both keys and a device, in a region.</summary>
    public async Task<DeviceAddress> CreateDeviceAsync(string region)
    {
        var product = await this[region].Api.CreateProductAsync(region: region);
        await this[region].Api.AddProductKeyAsync(product, ProductKey);
        return await this[region].Api.CreateDeviceAsync(product, DeviceKey);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _running.Keys.ToList())
            await StopRegionAsync(name);
        DeviceKey.Dispose();
        ProductKey.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Pass(TestService from, RegistryChange change)
    {
        if (_isPassing.Value)
            return;
        _isPassing.Value = true;
        foreach (var other in _running.Values.Where(x => x != from))
            other.Get<RegistryChanges>().Publish(change);
        _isPassing.Value = false;
    }
}
