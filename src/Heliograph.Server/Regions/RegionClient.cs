using System.Net;
using System.Runtime.ExceptionServices;
using System.Text;
using Heliograph.Server.Connect;
using Heliograph.Server.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Regions;

/// <summary>Calls other regions: seals who calls, judges whether a node of the region has answered, and counts.</summary>
internal sealed class RegionClient : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly ForwardedCallProtector _protector;
    private readonly RegionDirectory _regions;
    private readonly ServiceUrl _url;
    private readonly RegionMetrics _metrics;
    private readonly RegionsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<RegionClient> _logger;

    public RegionClient(
        ForwardedCallProtector protector, RegionDirectory regions, ServiceUrl url, RegionMetrics metrics, IOptions<RegionsOptions> options, TimeProvider time,
        ILogger<RegionClient> logger)
    {
        (_protector, _regions, _url, _metrics, _options, _time, _logger) = (protector, regions, url, metrics, options.Value, time, logger);
        _http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = options.Value.ConnectTimeout,
            // Shorter than what load balancers keep idle connections for: a request must not meet a closing one.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
            // So that a change of a region's DNS is followed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        });
    }

    /// <summary>How long callers of a region that can't be reached are to wait.</summary>
    private TimeSpan RetryAfter => _options.CheckInterval;

    /// <summary>A request to a region, with the sealed header.</summary>
    /// <param name="region">The region.</param>
    /// <param name="method">The method.</param>
    /// <param name="pathAndQuery">Path and query below the region's base URL, encoded.</param>
    /// <param name="path">The regions that the call has come through, this one last.</param>
    /// <param name="http">The caller's request; null for a call of this node's own.</param>
    public HttpRequestMessage Create(Region region, HttpMethod method, string pathAndQuery, IReadOnlyList<string> path, HttpContext? http)
    {
        var call = new ForwardedCall(
            path,
            region.Name,
            http?.Connection.RemoteIpAddress,
            http is null ? "" : ForwardedCall.Of(http)?.BaseUrl ?? _url.Of(http.Request),
            _time.GetUtcNow().UtcDateTime + ForwardedCall.Lifetime);
        var request = new HttpRequestMessage(method, region.Url + pathAndQuery) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation(ForwardedCall.Header, _protector.Protect(call));
        return request;
    }

    /// <summary>Sends a caller's request; returns when the answer has begun. It is a node's of the region, whatever it says.</summary>
    /// <exception cref="ApiException">503: the region can't be reached, or takes too long.</exception>
    public async Task<HttpResponseMessage> SendAsync(Region region, HttpRequestMessage request, Patience patience, CancellationToken caller)
    {
        if (!region.Circuit.TryEnter())
        {
            _metrics.Called(region.Name, "refused");
            throw Unavailable(region);
        }

        try
        {
            var answer = await TryAsync(region, request, patience.Token);
            region.Circuit.Succeeded();
            _metrics.Called(region.Name, "answered");
            return answer;
        }
        catch (Exception) when (caller.IsCancellationRequested)
        {
            _metrics.Called(region.Name, "aborted");
            throw;
        }
        catch (RegionUnreachableException error)
        {
            if (request.Content is CallerBody { Failure: { } failure })
            {
                _metrics.Called(region.Name, "aborted");
                ExceptionDispatchInfo.Throw(failure);
            }

            region.Circuit.Failed();
            _metrics.Called(region.Name, error.IsTimeout ? "timeout" : "unreachable");
            _logger.CallFailed(region.Name, error.Message);
            throw Unavailable(region);
        }
        finally
        {
            region.Circuit.Leave();
        }
    }

    /// <summary>Whether a node of the region is there; throws where none is. Not held back by the circuit, which it opens and closes.</summary>
    /// <exception cref="RegionUnreachableException">Why none is there.</exception>
    public async Task ProbeAsync(Region region, CancellationToken cancellationToken)
    {
        using var patience = new Patience(_options.ResponseTimeout, _time, cancellationToken);
        using var request = Create(region, HttpMethod.Get, "/health/live", [_regions.Own], http: null);
        try
        {
            using var answer = await TryAsync(region, request, patience.Token);
            if (answer.Headers.GetValues(ForwardedCall.AnswerHeader).First() is var other && other != region.Name)
                throw new RegionUnreachableException($"is answered for by a node of region '{other}': its URL in Regions:Known is wrong", isTimeout: false);
            region.Circuit.Succeeded();
        }
        catch (RegionUnreachableException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            region.Circuit.Failed();
            throw;
        }
    }

    public ApiException Unavailable(Region region) =>
        ApiException.Unavailable($"The region '{region.Name}', where the product lives, can't be reached.", RetryAfter);

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> TryAsync(Region region, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(request, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            throw new RegionUnreachableException("does not answer in time", isTimeout: true);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new RegionUnreachableException($"can't be called: {error.Message.TrimEnd('.')}", isTimeout: false);
        }

        if (answer.Headers.Contains(ForwardedCall.AnswerHeader))
            return answer;
        // A load balancer without a node behind it, a node without these keys, or something else altogether.
        var status = (int)answer.StatusCode;
        answer.Dispose();
        throw new RegionUnreachableException(
            $"answers with {status}, and not as a node of region '{region.Name}': are its nodes there, do they share the registry, and are the clocks alike?", isTimeout: false);
    }
}
