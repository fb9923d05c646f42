using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Heliograph.Server.Hosting;
using Heliograph.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Heliograph.Server.Tests.Cluster;

/// <summary>Nodes in one process, with one registry and one backplane, and a device.</summary>
internal sealed class ClusterScene : IAsyncDisposable
{
    private readonly InProcessNetwork _network = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("heliograph-test-");
    private readonly List<TestService> _nodes = [];

    public SigningKey Key { get; } = new();

    public DeviceAddress Device { get; private set; }

    public TestService One => _nodes[0];

    public TestService Two => _nodes[1];

    public TestService Three => _nodes[2];

    public string DevicePage => $"/console/products/{Device.Product}/devices/{Device.Device}";

    public string InspectPage => $"{DevicePage}/inspect";

    public string InspectStream => $"{InspectPage}/stream";

    /// <summary>Starts nodes, which are called one, two and three.</summary>
    public static async Task<ClusterScene> StartAsync(int nodes = 2, Action<Settings>? configure = null)
    {
        var scene = new ClusterScene();
        foreach (var name in ((string[])["one", "two", "three"])[..nodes])
            await scene.AddAsync(name, configure);
        scene.Device = await scene.One.Api.CreateDeviceAsync(await scene.One.Api.CreateProductAsync(), scene.Key);
        return scene;
    }

    public async Task<TestService> AddAsync(string name, Action<Settings>? configure = null)
    {
        var node = await TestService.StartAsync(
            settings =>
            {
                settings.Cluster.Node = name;
                configure?.Invoke(settings);
            },
            _folder,
            builder =>
            {
                builder.Services.Replace(ServiceDescriptor.Singleton(_network));
                builder.Services.AddSingleton<WatchedBus>();
                builder.Services.Replace(ServiceDescriptor.Singleton<INodeBus>(provider => provider.GetRequiredService<WatchedBus>()));
            });
        _nodes.Add(node);
        return node;
    }

    /// <summary>Stops a node in order.</summary>
    public async Task StopAsync(TestService node)
    {
        _nodes.Remove(node);
        await node.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        Key.Dispose();
        _folder.Delete(recursive: true);
    }
}
