using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Heliograph.Profiles;
using Heliograph.Terminal;

namespace Heliograph.Management;

/// <summary>Calls of the management API: sends them with the API key, and turns all that is no success into a <see cref="CommandException"/>.</summary>
internal sealed class ManagementHttp : IDisposable
{
    private const int MaxTries = 5;

    /// <summary>A service that asks for more than this is not waited for.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan WaitWhereNoneIsTold = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http;
    private readonly string _baseUrl;
    private readonly AuthenticationHeaderValue _authorization;

    public ManagementHttp(Target target)
    {
        _baseUrl = ServiceUrl.Text(target.Url);
        _authorization = new("Bearer", target.ApiKey);
        // Redirects are not followed: they would take the body of a POST away, and the key to where nobody said.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(15) };
        _http = new(handler) { Timeout = TimeSpan.FromMinutes(5) };
    }

    /// <summary>Sends a request and reads what it answers.</summary>
    public async Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, body, cancellationToken);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync(stream, type, cancellationToken) ?? throw NotOurs();
        }
        catch (Exception error) when (error is JsonException or HttpRequestException or IOException)
        {
            throw Unreadable(error);
        }
    }

    /// <summary>Sends a request and gives the answer, of success.</summary>
    /// <exception cref="CommandException">The answer is another, or none came.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var response = await SendOnceAsync(method, path, body, cancellationToken);
            if (response.IsSuccessStatusCode)
                return response;

            using (response)
            {
                var wait = WaitToldBy(response);
                if (response.StatusCode != HttpStatusCode.TooManyRequests || tries == MaxTries || wait > LongestWait)
                    throw await RefusalAsync(response, wait, cancellationToken);
                await Task.Delay(wait, cancellationToken);
            }
        }
    }

    /// <summary>An answer that is none of this API.</summary>
    public CommandException NotOurs() => new($"{_baseUrl} is not a Heliograph service, or not its base URL: what it answered is none of the management API's answers");

    /// <summary>Reading an answer failed.</summary>
    public CommandException Unreadable(Exception error) => error is JsonException ? NotOurs() : Unreachable(error);

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendOnceAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, _baseUrl + path) { Content = body };
        request.Headers.Authorization = _authorization;
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw Unreachable(error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(error);
        }
        finally
        {
            // Disposing the request would take the body with it, which the next try needs.
            request.Content = null;
        }
    }

    private CommandException Unreachable(Exception error) => new($"the service at {_baseUrl} can't be reached: {ReasonOf(error)}", ExitCodes.Unavailable);

    private static string ReasonOf(Exception error) => error switch
    {
        OperationCanceledException => "it did not answer in time",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "there is no host of this name",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            $"no TLS connection could be made: {error.GetBaseException().Message}",
        { InnerException: SocketException socket } => socket.Message,
        _ => error.GetBaseException().Message,
    };

    private async Task<CommandException> RefusalAsync(HttpResponseMessage response, TimeSpan wait, CancellationToken cancellationToken)
    {
        var (status, number) = (response.StatusCode, (int)response.StatusCode);
        if (response.Headers.Location is { } location && number is >= 300 and < 400)
            return new($"{_baseUrl} sends elsewhere, to {location.OriginalString.Split('?')[0]}; use the base URL of the service that is there");

        var said = await ErrorAnswer.ReadAsync(response, cancellationToken);
        var text = said?.Message.TrimEnd('.');
        return status switch
        {
            HttpStatusCode.TooManyRequests => new(
                $"the service at {_baseUrl} takes no more requests now; try again in {wait.TotalSeconds:0} s", ExitCodes.Unavailable),
            _ when number >= 500 => new(
                $"the service at {_baseUrl} can't answer now (HTTP {number}){(text is null ? "" : $": {text}")}", ExitCodes.Unavailable),
            HttpStatusCode.Unauthorized => new(
                $"the service at {_baseUrl} does not take the API key{(text is null ? "" : $": {text}")}", ExitCodes.Denied),
            HttpStatusCode.Forbidden => new($"{text ?? $"the service at {_baseUrl} denies this (HTTP 403)"}", ExitCodes.Denied),
            // NOT_FOUND is of a path that the service does not have; all that can be missing in it has a code of its own.
            HttpStatusCode.NotFound when said is { Code: not "NOT_FOUND" } => new(text!, ExitCodes.NotFound),
            _ when text is not null && status != HttpStatusCode.NotFound => new(text),
            _ => NotOurs(),
        };
    }

    private static TimeSpan WaitToldBy(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - DateTimeOffset.UtcNow,
            _ => WaitWhereNoneIsTold,
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
