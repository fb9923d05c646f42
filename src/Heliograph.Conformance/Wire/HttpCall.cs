using System.Globalization;
using System.Text;

namespace Heliograph.Conformance.Wire;

/// <summary>An HTTP request, as it is to be phrased on the wire.</summary>
/// <param name="Path">The path behind the base URL, or the whole request target of a signaling URL.</param>
internal sealed record HttpCall(string Path)
{
    public string Method { get; init; } = "POST";

    public byte[] Body { get; init; } = [];

    /// <summary>Headers besides Host, Connection and those that frame the body.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>The body in chunks, without a Content-Length.</summary>
    public bool IsChunked { get; init; }

    /// <summary>The head first, with <c>Expect: 100-continue</c>, and the body when the service asks for it, or does not for a second.</summary>
    public bool ExpectsContinue { get; init; }

    /// <summary>The length that the head claims; null for the true one.</summary>
    public long? ClaimedLength { get; init; }

    public HttpCall With(string name, string value) => this with { Headers = [.. Headers, (name, value)] };

    /// <summary>The bytes of the head, with the empty line at its end.</summary>
    public byte[] Head(Uri url)
    {
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture, $"{Method} {Path} HTTP/1.1\r\nHost: {url.Authority}\r\n");
        foreach (var (name, value) in Headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        if (!Headers.Any(x => string.Equals(x.Name, "Connection", StringComparison.OrdinalIgnoreCase)))
            head.Append("Connection: close\r\n");
        if (ExpectsContinue)
            head.Append("Expect: 100-continue\r\n");
        if (IsChunked)
            head.Append("Transfer-Encoding: chunked\r\n");
        else if (Method == "POST")
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {ClaimedLength ?? Body.Length}\r\n");
        return Encoding.Latin1.GetBytes(head.Append("\r\n").ToString());
    }

    /// <summary>The bytes of the body: two chunks and the last one, where it is chunked.</summary>
    public byte[] FramedBody()
    {
        if (!IsChunked)
            return Body;
        var half = Body.Length / 2;
        return [.. Chunk(Body[..half]), .. Chunk(Body[half..]), .. "0\r\n\r\n"u8];

        static byte[] Chunk(byte[] part) => part.Length == 0 ? [] : [.. Encoding.ASCII.GetBytes($"{part.Length:x}\r\n"), .. part, .. "\r\n"u8];
    }
}
