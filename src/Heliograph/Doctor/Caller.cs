using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Heliograph.Protocol;

namespace Heliograph.Doctor;

/// <summary>Calls over HTTP, straight to the service: no proxy of this machine's, no redirects followed.</summary>
internal sealed class Caller(TimeSpan timeout) : IDisposable
{
    private const int MaxBody = 256 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectTimeout = timeout })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestVersion = System.Net.HttpVersion.Version11,
    };

    /// <summary>One of the protocol's calls.</summary>
    public Task<HttpAnswer> ConnectAsync(Visit visit, string path, DeviceAddress device, string? token, CancellationToken cancellationToken)
    {
        var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(
            new ConnectRequest { ProductId = device.Product.Value, DeviceId = device.Device.Value }, ProtocolJson.Default.ConnectRequest));
        body.Headers.ContentType = new("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, visit.BaseUrl + path) { Content = body };
        // As a browser does: a service may answer CORS headers only to those who ask from a page.
        request.Headers.Add("Origin", "https://doctor.invalid");
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return SendAsync(visit, request, cancellationToken);
    }

    /// <exception cref="StepFailedException">There was no answer.</exception>
    public async Task<HttpAnswer> SendAsync(Visit visit, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            var start = Stopwatch.GetTimestamp();
            using var response = await SendAsync(request, cancellationToken);
            return await ReadAsync(visit, response, start, cancellationToken);
        }
    }

    /// <summary>The whole of a response.</summary>
    /// <exception cref="StepFailedException">Its body does not come.</exception>
    public async Task<HttpAnswer> ReadAsync(Visit visit, HttpResponseMessage response, long start, CancellationToken cancellationToken)
    {
        var (receivedAt, duration) = (visit.Time.GetUtcNow(), Stopwatch.GetElapsedTime(start));
        var body = await ReadBodyAsync(response, cancellationToken);
        return new(response.StatusCode, response.ReasonPhrase, response.Headers, response.Content.Headers.ContentType?.MediaType, body, receivedAt, duration);
    }

    /// <summary>The response as it begins, for who wants what comes behind it.</summary>
    /// <exception cref="StepFailedException">There was no answer.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StepFailedException(
                $"no answer within {Terminal.Durations.Measured(timeout)}, though the connection was made",
                "Look at the load and the log of the service, and of the proxy before it.");
        }
        catch (HttpRequestException error)
        {
            throw new StepFailedException(Explain(error));
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<byte[]> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(limit.Token);
            var body = new byte[MaxBody];
            var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, limit.Token);
            return body[..length];
        }
        catch (Exception error) when (error is IOException or HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new StepFailedException($"the answer began ({(int)response.StatusCode}) and did not end", "Look at the proxy's log.");
        }
    }

    private static Finding Explain(HttpRequestException error) => error.GetBaseException() switch
    {
        SocketException socket => Finding.Failed($"the connection broke: {socket.SocketErrorCode}", "Look at the log of the service, and of the proxy before it."),
        System.Security.Authentication.AuthenticationException => Finding.Failed("TLS was refused", "See what the step TLS says."),
        _ => error.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => Finding.Failed("the name does not resolve", "Correct the name, or its DNS records."),
            HttpRequestError.InvalidResponse => Finding.Failed("the answer is not HTTP", "Another program listens there: check host and port."),
            HttpRequestError.ResponseEnded => Finding.Failed(
                "the connection was closed before an answer came", "Check scheme and port: a TLS port answers nothing to plain HTTP. Look at the proxy's log."),
            var kind => Finding.Failed($"the call failed: {kind}", "Look at the log of the service, and of the proxy before it."),
        },
    };
}
