using System.Net;
using System.Text;
using System.Text.Json;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Console;

/// <summary>Reads server-sent events, as a browser does.</summary>
internal sealed class EventReader(HttpResponseMessage response) : IAsyncDisposable
{
    private readonly StringBuilder _raw = new();
    private StreamReader? _lines;

    public HttpStatusCode Status => response.StatusCode;

    public string? ContentType => response.Content.Headers.ContentType?.ToString();

    /// <summary>All that has come, byte for byte.</summary>
    public string Raw => _raw.ToString();

    /// <summary>The next event for which <paramref name="check"/> holds; those before it are gone.</summary>
    public async Task<JsonElement> NextAsync(string name, Func<JsonElement, bool>? check = null)
    {
        // Not for each event: a stream tells of itself for ever.
        using var patience = new CancellationTokenSource(TestPeer.Patience);
        try
        {
            while (await ReadAsync(patience.Token) is var (found, data))
            {
                if (found == name && (check is null || check(data)))
                    return data;
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No event '{name}' as expected has come for {TestPeer.Patience}. The stream was: {Raw}");
        }

        throw new InvalidOperationException($"The stream ended before an event '{name}' as expected. It was: {Raw}");
    }

    /// <summary>Reads to the end; a stream that does not end fails.</summary>
    public async Task<string?> ReadToEndAsync()
    {
        using var patience = new CancellationTokenSource(TestPeer.Patience);
        string? reason = null;
        while (await ReadAsync(patience.Token) is var (name, data))
            reason = name == "end" ? data.GetProperty("reason").GetString() : reason;
        return reason;
    }

    public ValueTask DisposeAsync()
    {
        _lines?.Dispose();
        response.Dispose();
        return default;
    }

    private async Task<(string Name, JsonElement Data)?> ReadAsync(CancellationToken cancellationToken)
    {
        _lines ??= new(await response.Content.ReadAsStreamAsync(cancellationToken));
        var name = "";
        while (await _lines.ReadLineAsync(cancellationToken) is { } line)
        {
            _raw.AppendLine(line);
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line["event: ".Length..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                return (name, JsonElement.Parse(line["data: ".Length..]));
        }

        return null;
    }
}
