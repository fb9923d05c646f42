using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Heliograph.Conformance.Wire;

/// <summary>An HTTP answer as it came.</summary>
internal sealed record HttpAnswer(int Status, IReadOnlyList<(string Name, string Value)> Headers, string Body)
{
    /// <summary>The body as JSON; null where it is none.</summary>
    public JsonElement? Json { get; private init; } = Parse(Body);

    /// <summary>A text of the body's object; null where it is not there or no text.</summary>
    public string? Text(string name) =>
        Json is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>The <c>code</c> of an error's body.</summary>
    public string? Code => Text("code");

    /// <summary>A header's value, several joined by commas; null where it is not there.</summary>
    public string? Header(string name)
    {
        var values = Headers.Where(x => string.Equals(x.Name, name, StringComparison.OrdinalIgnoreCase)).Select(x => x.Value).ToList();
        return values.Count == 0 ? null : string.Join(", ", values);
    }

    /// <summary>The words of a header that is a list, in lower case.</summary>
    public IReadOnlySet<string> HeaderWords(string name) =>
        (Header(name) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(x => x.ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);

    /// <summary>What a report says of the answer: no field of a success, since those are secrets.</summary>
    public override string ToString()
    {
        if (Code is { } code)
            return $"{Status} {code} ({Redaction.Of(Text("message") ?? "no message")})";
        var what = Json is null ? "a body that is not JSON" : "JSON";
        return Status is 101 ? "101, the WebSocket opened" : $"{Status} with {(Body.Length == 0 ? "no body" : what)}";
    }

    /// <summary>The next answer of a connection, interim ones included; null where it ended before one was whole.</summary>
    public static async Task<HttpAnswer?> ReadAsync(WireConnection connection)
    {
        if (await connection.ReadUntilAsync("\r\n\r\n"u8.ToArray()) is not { } head)
            return null;

        var lines = Encoding.Latin1.GetString(head).Split("\r\n");
        if (lines[0].Split(' ') is not [_, var number, ..] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            return null;
        var headers = lines.Skip(1).Select(x => x.Split(':', 2)).Where(x => x.Length == 2).Select(x => (x[0].Trim(), x[1].Trim())).ToList();
        var answer = new HttpAnswer(status, headers, "");
        if (status is < 200 or 204 or 304)
            return answer;
        return await ReadBodyAsync(connection, answer) is { } body ? answer with { Body = Encoding.UTF8.GetString(body), Json = Parse(Encoding.UTF8.GetString(body)) } : null;
    }

    private static async Task<byte[]?> ReadBodyAsync(WireConnection connection, HttpAnswer answer)
    {
        if (answer.HeaderWords("Transfer-Encoding").Contains("chunked"))
            return await ReadChunksAsync(connection);
        return answer.Header("Content-Length") is { } length && int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? await connection.ReadAsync(count)
            : await connection.ReadToEndAsync();
    }

    private static async Task<byte[]?> ReadChunksAsync(WireConnection connection)
    {
        var body = new List<byte>();
        while (await connection.ReadUntilAsync("\r\n"u8.ToArray()) is { } line)
        {
            var size = Encoding.ASCII.GetString(line).Split(';')[0];
            if (!int.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var count)
                || await connection.ReadAsync(count + 2) is not { } chunk)
                return null;
            if (count == 0)
                return [.. body];
            body.AddRange(chunk.AsSpan(0, count));
        }

        return null;
    }

    private static JsonElement? Parse(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
