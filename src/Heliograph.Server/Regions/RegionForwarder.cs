using System.Buffers;
using System.Net;
using Heliograph.Server.Connect;
using Heliograph.Server.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Regions;

/// <summary>Answers a call with the answer of another region, streamed both ways.</summary>
internal sealed class RegionForwarder(
    RegionClient client, RegionDirectory regions, IOptions<RegionsOptions> options, TimeProvider time, ILogger<RegionForwarder> logger)
{
    private const int BufferSize = 16 * 1024;

    /// <summary>Passes a call on, and its answer back.</summary>
    /// <param name="http">The call.</param>
    /// <param name="region">The region that answers it.</param>
    /// <param name="body">The body, where it has been read already; else it is passed on as it comes.</param>
    /// <exception cref="ApiException">503: the region can't be reached, or the call goes in circles.</exception>
    public async Task ForwardAsync(HttpContext http, Region region, ReadOnlyMemory<byte>? body = null)
    {
        // The time that another region takes is not taken from those who wait here.
        http.Features.Get<ConnectTurn>()?.End();
        using var patience = new Patience(options.Value.ResponseTimeout, time, http.RequestAborted);
        using var request = client.Create(region, new(http.Request.Method), PathAndQueryOf(http.Request), PathOf(http, region), http);
        if (body is { } read)
            request.Content = new ReadOnlyMemoryContent(read);
        else if (http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
            request.Content = new CallerBody(http.Request, patience);
        CopyHeaders(http.Request.Headers, request);

        using var answer = await client.SendAsync(region, request, patience, http.RequestAborted);
        await AnswerAsync(http, region, answer, patience);
    }

    /// <summary>The regions that a call has come through when it goes on to another.</summary>
    /// <exception cref="ApiException">503: it has come through too many.</exception>
    public IReadOnlyList<string> PathOf(HttpContext http, Region next)
    {
        IReadOnlyList<string> path = [.. ForwardedCall.Of(http)?.Path ?? [], regions.Own];
        if (path.Count <= ForwardedCall.MaxPath)
            return path;

        var words = string.Join(" → ", path.Append(next.Name));
        logger.Loop(next.Name, words);
        throw ApiException.Unavailable($"The call goes round in circles ({words}): the regions disagree about where the product lives.", options.Value.CheckInterval);
    }

    /// <summary>Path and query as they go to another region.</summary>
    public static string PathAndQueryOf(HttpRequest request) => request.Path.ToUriComponent() + request.QueryString.ToUriComponent();

    /// <summary>Gives the caller an answer of another region's.</summary>
    public async Task AnswerAsync(HttpContext http, Region region, HttpResponseMessage answer, Patience patience)
    {
        http.Response.StatusCode = (int)answer.StatusCode;
        var hasBody = answer.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified);
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(hasBody ? answer.Content.Headers.NonValidated : default))
        {
            if (HopByHop.IsPassedOn(name, answer))
                http.Response.Headers[name] = values.ToArray();
        }

        if (!hasBody)
            return;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(patience.Token);
            while (await ReadAsync(body, buffer, patience) is > 0 and var count)
                await http.Response.Body.WriteAsync(buffer.AsMemory(0, count), http.RequestAborted);
        }
        catch (Exception error) when (error is IOException or HttpRequestException or OperationCanceledException && !http.RequestAborted.IsCancellationRequested)
        {
            region.Circuit.Failed();
            logger.CallFailed(region.Name, "breaks off its answer");
            if (!http.Response.HasStarted)
            {
                http.Response.Clear();
                throw client.Unavailable(region);
            }

            // Cut, so that what has come is not taken for all of it.
            http.Abort();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask<int> ReadAsync(Stream body, byte[] buffer, Patience patience)
    {
        patience.Begin();
        var count = await body.ReadAsync(buffer, patience.Token);
        // The caller's turn: how slowly it may read is the web server's to say.
        patience.Pause();
        return count;
    }

    private static void CopyHeaders(IHeaderDictionary from, HttpRequestMessage to)
    {
        foreach (var (name, values) in from)
        {
            if (!HopByHop.IsPassedOn(name, from))
                continue;
            var texts = (IEnumerable<string?>)values;
            // Content-Length is the content's own.
            if (!to.Headers.TryAddWithoutValidation(name, texts) && !string.Equals(name, "Content-Length", StringComparison.OrdinalIgnoreCase))
                to.Content?.Headers.TryAddWithoutValidation(name, texts);
        }
    }
}
