using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Heliograph.Cluster.Tests.Balancing;
using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.ClusterBench;

/// <summary>Three nodes behind HAProxy, with the configuration of docs/cluster.md.</summary>
internal sealed class Balanced : IAsyncDisposable
{
    private readonly Balancer _balancer;

    private Balanced(TestCluster cluster, Balancer balancer)
    {
        (Cluster, _balancer) = (cluster, balancer);
        Api = new(balancer.BaseUrl, cluster[0].Api.ApiKey, new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = IsItsOwn } });
    }

    public TestCluster Cluster { get; }

    /// <summary>The service, by way of the balancer.</summary>
    public ApiClient Api { get; }

    public int BalancerId => _balancer.Id;

    public static async Task<Balanced> StartAsync(TempFolder folder, PostgresServer postgres, RabbitMqBroker broker)
    {
        var port = Ports.Free(1)[0];
        var cluster = await TestCluster.StartAsync(
            postgres, broker, 3, ("HELIOGRAPH_Logging__Level", "Warning"), ("HELIOGRAPH_PublicUrl", $"https://127.0.0.1:{port}"), ("HELIOGRAPH_TrustedProxies", "127.0.0.1"));
        var balanced = new Balanced(cluster, await Balancer.StartHaProxyAsync(folder, port, cluster.Nodes));
        await Eventually.HoldsAsync("the balancer has found the nodes", async () =>
            (int)(await balanced.Api.SendAsync(HttpMethod.Get, "/health/live")).Status == 200);
        return balanced;
    }

    public Task<ProductId> CreateProductAsync() => Cluster[0].Api.CreateProductAsync(region: Cluster.Region);

    /// <summary>Has a socket believe the balancer's certificate.</summary>
    public void Trust(ClientWebSocketOptions options) => options.RemoteCertificateValidationCallback = IsItsOwn;

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _balancer.DisposeAsync();
        await Cluster.DisposeAsync();
    }

    private bool IsItsOwn(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate?.GetCertHashString(HashAlgorithmName.SHA256) == _balancer.Certificate;
}
