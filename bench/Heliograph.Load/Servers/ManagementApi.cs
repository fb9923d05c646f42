using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Heliograph.Load.Servers;

/// <summary>The calls of the management API that provisioning needs.</summary>
internal sealed class ManagementApi : IDisposable
{
    private const string Products = "/v1/webrtc/products";

    private readonly HttpClient _http;

    public ManagementApi(Uri server, string apiKey, ServerCertificate? certificate)
    {
        _http = ServerCertificate.MakeClient(server, certificate);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
    }

    public async Task<string> CreateProductAsync()
    {
        var answer = await SendAsync(HttpMethod.Post, Products, new NewProduct("load", "local"), ManagementJson.Default.NewProduct);
        using var product = JsonDocument.Parse(answer);
        return product.RootElement.GetProperty("productId").GetString()!;
    }

    public Task CreateDevicesAsync(string productId, string[] deviceIds) =>
        SendAsync(HttpMethod.Post, $"{Products}/{productId}/custom-devices", new NewDevices(deviceIds), ManagementJson.Default.NewDevices);

    public Task AddKeysAsync(string productId, NewKey[] keys) =>
        SendAsync(HttpMethod.Post, $"{Products}/{productId}/device-keys", keys, ManagementJson.Default.NewKeyArray);

    public Task DeleteProductAsync(string productId) =>
        SendAsync<NewProduct>(HttpMethod.Delete, $"{Products}/{productId}", body: null, type: null);

    /// <summary>The metrics page, Prometheus text.</summary>
    public Task<string> ReadMetricsAsync() => SendAsync<NewProduct>(HttpMethod.Get, "/metrics", body: null, type: null);

    public void Dispose() => _http.Dispose();

    private async Task<string> SendAsync<T>(HttpMethod method, string path, T? body, JsonTypeInfo<T>? type)
    {
        using var request = new HttpRequestMessage(method, path) { Content = type is null ? null : JsonContent.Create(body!, type) };
        using var response = await _http.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? answer
            : throw new LoadException($"{method} {path} was answered with {(int)response.StatusCode}: {answer}");
    }
}

internal sealed record NewProduct(string Name, string Region);

internal sealed record NewDevices(string[] DeviceIds);

internal sealed record NewKey(string DeviceId, string PublicKey);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(NewProduct))]
[JsonSerializable(typeof(NewDevices))]
[JsonSerializable(typeof(NewKey[]))]
internal sealed partial class ManagementJson : JsonSerializerContext;
