using System.Buffers;
using System.Net;
using Heliograph.Server.Hosting;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Server.Regions;

/// <summary>The body of a caller's request on its way to another region, as it comes and never whole in memory.</summary>
internal sealed class CallerBody(HttpRequest request, Patience patience) : HttpContent
{
    private const int BufferSize = 16 * 1024;

    /// <summary>The answer to what went wrong on the caller's side, if anything: that is no fault of the region's.</summary>
    public Exception? Failure { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await ReadAsync(buffer, cancellationToken) is > 0 and var count)
                await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = request.ContentLength ?? 0;
        return request.ContentLength is not null;
    }

    private async ValueTask<int> ReadAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        patience.Pause();
        try
        {
            return await request.Body.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException error)
        {
            Failure = error is BadHttpRequestException ? error : RequestBody.Unreadable();
            throw;
        }
        finally
        {
            patience.Begin();
        }
    }
}
