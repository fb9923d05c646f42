using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Heliograph.Server.Console.Live;

/// <summary>An answer that goes on: server-sent events, as the HTML standard has them.</summary>
internal sealed class EventStream(HttpContext http, TimeProvider time)
{
    /// <summary>So long nothing may be written: proxies close what is silent.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <summary>A browser that does not read for so long is gone.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private long _lastWrite;

    public Task BeginAsync(CancellationToken cancellationToken)
    {
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = "text/event-stream";
        // Nginx would gather what comes in bits.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        return WriteAsync("retry: 2000\n\n"u8.ToArray(), cancellationToken);
    }

    public async Task WriteAsync<T>(string name, T data, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        text.Write("event: "u8);
        text.Write(System.Text.Encoding.ASCII.GetBytes(name));
        text.Write("\ndata: "u8);
        JsonSerializer.Serialize(text, data, type);
        text.Write("\n\n"u8);
        await WriteAsync(text.GetBuffer().AsMemory(0, (int)text.Length), cancellationToken);
    }

    /// <summary>Says something of no meaning where nothing was said for long.</summary>
    public Task KeepAliveAsync(CancellationToken cancellationToken) =>
        time.GetElapsedTime(_lastWrite) < Silence ? Task.CompletedTask : WriteAsync(": \n\n"u8.ToArray(), cancellationToken);

    private async Task WriteAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        await http.Response.Body.WriteAsync(text, patience.Token);
        await http.Response.Body.FlushAsync(patience.Token);
        _lastWrite = time.GetTimestamp();
    }
}
