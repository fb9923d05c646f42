using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Heliograph.Protocol;
using Heliograph.Protocol.WebRtc;

namespace Heliograph.Sdk;

/// <summary>The service's three HTTP calls, for one device.</summary>
internal sealed class SignalingHttp : IDisposable
{
    private const int MaxAnswerBytes = 1024 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http;
    private readonly string _endpoint;
    private readonly byte[] _body;
    private readonly TimeProvider _time;

    public SignalingHttp(SignalingOptions options, HttpMessageHandler handler)
    {
        _http = new(handler, disposeHandler: false) { Timeout = System.Threading.Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswerBytes };
        _endpoint = options.Endpoint.AbsoluteUri.TrimEnd('/');
        _time = options.TimeProvider;
        var address = options.Address;
        _body = JsonSerializer.SerializeToUtf8Bytes(
            new() { ProductId = address.Product.Value, DeviceId = address.Device.Value }, ProtocolJson.Wire.ConnectRequest);
    }

    /// <exception cref="HeliographException">The call failed.</exception>
    public async Task<Uri> ConnectDeviceAsync(string token, CancellationToken cancellationToken)
    {
        var answer = await PostAsync("/v1/device/connect", token, ProtocolJson.Wire.DeviceConnectResponse, cancellationToken).ConfigureAwait(false);
        return SignalingUrl(answer.SignalingUrl);
    }

    /// <exception cref="HeliographException">The call failed.</exception>
    public async Task<(Uri SignalingUrl, bool DeviceOnline, string ChannelId)> ConnectClientAsync(string? token, CancellationToken cancellationToken)
    {
        var answer = await PostAsync("/v1/client/connect", token, ProtocolJson.Wire.ClientConnectResponse, cancellationToken).ConfigureAwait(false);
        return string.IsNullOrEmpty(answer.ChannelId)
            ? throw NotOfAService()
            : (SignalingUrl(answer.SignalingUrl), answer.DeviceOnline, answer.ChannelId);
    }

    /// <exception cref="HeliographException">The call failed.</exception>
    public async Task<IReadOnlyList<IceServer>> GetIceServersAsync(string? token, CancellationToken cancellationToken) =>
        IceServersJson.Read(await PostAsync("/v1/ice-servers", token, ProtocolJson.Wire.JsonElement, cancellationToken).ConfigureAwait(false));

    public void Dispose() => _http.Dispose();

    private async Task<T> PostAsync<T>(string path, string? token, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var request = CreateRequest(path, token);
            using var response = await _http.SendAsync(request, either.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                throw ReadError(response, body);
            return JsonSerializer.Deserialize(body, type) ?? throw NotOfAService();
        }
        catch (JsonException)
        {
            throw NotOfAService();
        }
        catch (HttpRequestException error)
        {
            throw new ConnectionException(SignalingErrorCodes.NetworkError, $"The service can't be reached: {error.GetBaseException().Message.TrimEnd('.')}.", error);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConnectionException(SignalingErrorCodes.Timeout, "The service did not answer in time.");
        }
    }

    private HttpRequestMessage CreateRequest(string path, string? token)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _endpoint + path)
        {
            Content = new ByteArrayContent(_body) { Headers = { ContentType = new("application/json") } },
        };
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        return request;
    }

    private ServiceException ReadError(HttpResponseMessage response, byte[] body)
    {
        var status = (int)response.StatusCode;
        var answer = ReadErrorBody(body);
        return new(
            status,
            answer?.Code ?? FallbackCode(response.StatusCode),
            answer?.Message ?? $"The service answered {status} without saying why.",
            RetryAfter(response.Headers.RetryAfter));
    }

    private static ErrorBody? ReadErrorBody(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ProtocolJson.Wire.ErrorBody);
        }
        catch (JsonException)
        {
            // A proxy's error page: the status has to do.
            return null;
        }
    }

    private static string FallbackCode(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => ErrorCodes.Unauthorized,
        HttpStatusCode.Forbidden => ErrorCodes.AccessDenied,
        HttpStatusCode.TooManyRequests => ErrorCodes.TooManyRequests,
        >= HttpStatusCode.InternalServerError => ErrorCodes.Unavailable,
        _ => SignalingErrorCodes.BadResponse,
    };

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > _time.GetUtcNow() => date - _time.GetUtcNow(),
        { Date: not null } => TimeSpan.Zero,
        _ => null,
    };

    private static Uri SignalingUrl(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "ws" or "wss" ? url : throw NotOfAService();

    private static ConnectionException NotOfAService() =>
        new(SignalingErrorCodes.BadResponse, "The answer is not one of a signaling service.");
}
