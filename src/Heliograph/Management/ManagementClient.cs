using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Heliograph.Profiles;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;

namespace Heliograph.Management;

/// <summary>
/// The management API of a running service. Every call throws a <see cref="Terminal.CommandException"/> where the service refuses it or
/// can't be reached. Devices are in <c>ManagementClient.Devices.cs</c>.
/// </summary>
internal sealed partial class ManagementClient(Target target) : IDisposable
{
    private const string ProductsPath = "/v1/webrtc/products";
    private const string ApiKeysPath = "/v1/apikeys";
    private const string AuditLogPath = "/v1/audit-log";
    private const string NodesPath = "/v1/nodes";
    private const string ReadyPath = "/health/ready";

    private readonly ManagementHttp _http = new(target);

    public Task<IReadOnlyList<Product>> ListProductsAsync(CancellationToken cancellationToken) =>
        GetAsync(ProductsPath, ProtocolJson.Default.IReadOnlyListProduct, cancellationToken);

    public Task<Product> CreateProductAsync(CreateProductRequest body, CancellationToken cancellationToken) =>
        PostAsync(ProductsPath, Json(body, ProtocolJson.Wire.CreateProductRequest), ProtocolJson.Default.Product, cancellationToken);

    public Task<Product> GetProductAsync(ProductId product, CancellationToken cancellationToken) =>
        GetAsync(Path(product), ProtocolJson.Default.Product, cancellationToken);

    public Task<Product> UpdateProductAsync(ProductId product, Change change, CancellationToken cancellationToken) =>
        PostAsync(Path(product), change.ToContent(), ProtocolJson.Default.Product, cancellationToken);

    public Task DeleteProductAsync(ProductId product, CancellationToken cancellationToken) => DeleteAsync(Path(product), cancellationToken);

    public Task<Product> AddProductKeyAsync(ProductId product, string publicKeyPem, CancellationToken cancellationToken) =>
        PostAsync($"{Path(product)}/publickeys", KeyBody(publicKeyPem), ProtocolJson.Default.Product, cancellationToken);

    public Task<Product> RemoveProductKeyAsync(ProductId product, KeyId key, CancellationToken cancellationToken) =>
        _http.SendAsync(HttpMethod.Delete, $"{Path(product)}/publickeys/{key}", body: null, ProtocolJson.Default.Product, cancellationToken);

    public Task<Usage> GetProductUsageAsync(ProductId product, CancellationToken cancellationToken) =>
        GetAsync($"{Path(product)}/usage", ProtocolJson.Default.Usage, cancellationToken);

    public Task<TurnUsageAnswer> ReportTurnUsageAsync(TurnUsageReport body, CancellationToken cancellationToken) =>
        PostAsync("/v1/webrtc/turn-usage", Json(body, ProtocolJson.Wire.TurnUsageReport), ProtocolJson.Default.TurnUsageAnswer, cancellationToken);

    public Task<IReadOnlyList<ApiKey>> ListApiKeysAsync(CancellationToken cancellationToken) =>
        GetAsync(ApiKeysPath, ProtocolJson.Default.IReadOnlyListApiKey, cancellationToken);

    public Task<CreatedApiKey> CreateApiKeyAsync(CreateApiKeyRequest body, CancellationToken cancellationToken) =>
        PostAsync(ApiKeysPath, Json(body, ProtocolJson.Wire.CreateApiKeyRequest), ProtocolJson.Default.CreatedApiKey, cancellationToken);

    public Task<ApiKey> RevokeApiKeyAsync(string id, CancellationToken cancellationToken) =>
        _http.SendAsync(HttpMethod.Delete, $"{ApiKeysPath}/{id}", body: null, ProtocolJson.Default.ApiKey, cancellationToken);

    public Task<IReadOnlyList<ClusterNode>> ListNodesAsync(CancellationToken cancellationToken) =>
        GetAsync(NodesPath, ProtocolJson.Default.IReadOnlyListClusterNode, cancellationToken);

    /// <summary>The service's own region, which what is made is made in where nobody names another.</summary>
    public async Task<string> GetRegionAsync(CancellationToken cancellationToken) =>
        (await GetAsync(ReadyPath, ManagementJson.Default.ServiceReadiness, cancellationToken)).Region ?? throw _http.NotOurs();

    /// <summary>The audit log, the newest entry first, page by page as they are asked for.</summary>
    /// <param name="filter">More of the query, <c>&amp;name=value</c> each.</param>
    /// <param name="pageSize">How many entries a call asks for, at most 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public IAsyncEnumerable<AuditEntry> ListAuditLogAsync(string filter, int pageSize, CancellationToken cancellationToken) =>
        ListAsync(AuditLogPath, $"?limit={pageSize}{filter}", ProtocolJson.Default.AuditEntry, cancellationToken);

    public void Dispose() => _http.Dispose();

    private Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        _http.SendAsync(HttpMethod.Get, path, body: null, type, cancellationToken);

    private Task<T> PostAsync<T>(string path, HttpContent body, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        _http.SendAsync(HttpMethod.Post, path, body, type, cancellationToken);

    private async Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        (await _http.SendAsync(HttpMethod.Delete, path, body: null, cancellationToken)).Dispose();

    private static string Path(ProductId product) => $"{ProductsPath}/{product}";

    private static ByteArrayContent KeyBody(string publicKeyPem) =>
        Json(new() { PublicKey = publicKeyPem }, ProtocolJson.Wire.AddPublicKeyRequest);

    private static ByteArrayContent Json<T>(T body, JsonTypeInfo<T> type) =>
        new(JsonSerializer.SerializeToUtf8Bytes(body, type)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
