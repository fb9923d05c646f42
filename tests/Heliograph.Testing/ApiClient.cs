using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Heliograph.Protocol;

namespace Heliograph.Testing;

/// <summary>Calls a running service over HTTP, as a vendor's script or an SDK does.</summary>
public sealed class ApiClient(string baseUrl, string apiKey, HttpMessageHandler? handler = null) : IDisposable
{
    private readonly HttpClient _http = Create(baseUrl, handler);

    // On connections of their own: where another call has been before, HTTP answers what is else answered beside it.
    private readonly HttpClient _connects = Create(baseUrl, handler);

    public string BaseUrl { get; } = baseUrl;

    /// <summary>What the URLs of its sockets begin with.</summary>
    public string WebSocketBase => $"{WebSocketScheme}://{new Uri(BaseUrl).Authority}";

    public string WebSocketScheme => new Uri(BaseUrl).Scheme == "https" ? "wss" : "ws";

    public string ApiKey { get; } = apiKey;

    public HttpClient Http => _http;

    /// <summary>A call of the management API with this client's key.</summary>
    public Task<ApiAnswer> ManageAsync(HttpMethod method, string path, JsonNode? body = null) =>
        SendAsync(method, path, body is null ? null : Json(body.ToJsonString()), ApiKey);

    /// <summary>Any call, with any bearer token or none.</summary>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, HttpContent? body = null, string? bearer = null, Action<HttpRequestMessage>? configure = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (bearer is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        configure?.Invoke(request);
        var isConnect = path.EndsWith("/connect", StringComparison.Ordinal) || path.EndsWith("/ice-servers", StringComparison.Ordinal);
        using var response = await (isConnect ? _connects : _http).SendAsync(request);
        return new(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers.ContentType?.MediaType);
    }

    public static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    public static StringContent ConnectBody(DeviceAddress device) =>
        Json($$"""{"productId":"{{device.Product}}","deviceId":"{{device.Device}}"}""");

    public Task<ApiAnswer> ConnectDeviceAsync(DeviceAddress device, string? token) =>
        SendAsync(HttpMethod.Post, "/v1/device/connect", ConnectBody(device), token);

    public Task<ApiAnswer> ConnectClientAsync(DeviceAddress device, string? token = null) =>
        SendAsync(HttpMethod.Post, "/v1/client/connect", ConnectBody(device), token);

    public Task<ApiAnswer> IceServersAsync(DeviceAddress device, string? token = null) =>
        SendAsync(HttpMethod.Post, "/v1/ice-servers", ConnectBody(device), token);

    /// <summary>A new product.</summary>
    public async Task<ProductId> CreateProductAsync(string name = "test", string region = "local")
    {
        var answer = await ManageAsync(HttpMethod.Post, "/v1/webrtc/products", new JsonObject { ["name"] = name, ["region"] = region });
        return ProductId.Parse(answer.Require(HttpStatusCode.OK)["productId"]!.GetValue<string>());
    }

    /// <summary>A new device with a key.</summary>
    public async Task<DeviceAddress> CreateDeviceAsync(ProductId product, SigningKey key)
    {
        var answer = await ManageAsync(HttpMethod.Post, $"/v1/webrtc/products/{product}/devices", new JsonObject());
        var device = new DeviceAddress(product, DeviceId.Parse(answer.Require(HttpStatusCode.OK)["deviceId"]!.GetValue<string>()));
        await AddDeviceKeyAsync(device, key);
        return device;
    }

    public async Task AddDeviceKeyAsync(DeviceAddress device, SigningKey key)
    {
        var path = $"/v1/webrtc/products/{device.Product}/devices/{device.Device}/publickeys";
        (await ManageAsync(HttpMethod.Post, path, new JsonObject { ["publicKey"] = key.PublicPem })).Require(HttpStatusCode.OK);
    }

    public async Task AddProductKeyAsync(ProductId product, SigningKey key)
    {
        var path = $"/v1/webrtc/products/{product}/publickeys";
        (await ManageAsync(HttpMethod.Post, path, new JsonObject { ["publicKey"] = key.PublicPem })).Require(HttpStatusCode.OK);
    }

    /// <summary>A new API key of any organization, with both scopes.</summary>
    public async Task<string> CreateApiKeyAsync(string organization)
    {
        var body = new JsonObject { ["scopes"] = new JsonArray("read", "manage"), ["organizationId"] = organization };
        return (await ManageAsync(HttpMethod.Post, "/v1/apikeys", body)).Require(HttpStatusCode.OK).Text("key");
    }

    /// <summary>Connects a device and opens its socket.</summary>
    /// <param name="device">The device.</param>
    /// <param name="key">Its key.</param>
    /// <param name="clock">The clock by which the token is made; the machine's where null.</param>
    public async Task<TestPeer> OpenDeviceAsync(DeviceAddress device, SigningKey key, TimeProvider? clock = null)
    {
        var answer = await ConnectDeviceAsync(device, key.DeviceToken(device, clock: clock));
        return await TestPeer.OpenAsync(answer.Require(HttpStatusCode.OK)["signalingUrl"]!.GetValue<string>());
    }

    /// <summary>
    /// Connects a device and opens its socket. When this returns, all nodes know where it is: before, a client of another node that opens
    /// meanwhile is told that the device has connected. What the device is sent until then is not received again.
    /// </summary>
    public async Task<TestPeer> OpenKnownDeviceAsync(DeviceAddress device, SigningKey key)
    {
        var peer = await OpenDeviceAsync(device, key);
        // It is heard when its place is claimed, and not before.
        await peer.DrainAsync();
        return peer;
    }

    /// <summary>Connects a client and opens its socket.</summary>
    public async Task<(TestPeer Peer, string ChannelId, string SignalingUrl)> OpenClientAsync(DeviceAddress device, string? token = null)
    {
        var answer = (await ConnectClientAsync(device, token)).Require(HttpStatusCode.OK);
        var url = answer["signalingUrl"]!.GetValue<string>();
        return (await TestPeer.OpenAsync(url), answer["channelId"]!.GetValue<string>(), url);
    }

    public void Dispose()
    {
        _http.Dispose();
        _connects.Dispose();
    }

    private static HttpClient Create(string baseUrl, HttpMessageHandler? handler) =>
        new(handler ?? new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            Expect100ContinueTimeout = TestPeer.Patience,
            SslOptions = { RemoteCertificateValidationCallback = TestCertificate.IsShown },
        })
        {
            BaseAddress = new(baseUrl),
            Timeout = TimeSpan.FromMinutes(5),
        };
}
