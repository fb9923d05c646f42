using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Heliograph.FloorRelay;

/// <summary>
/// The requests that there are: <c>GET /pair/{number}/{a or b}</c> with a WebSocket's handshake, and <c>GET /allocated</c>. Answered by hand.
/// </summary>
internal readonly record struct Request(int? Pair, int Side, int AnswerLength, bool IsRefused)
{
    private static ReadOnlySpan<byte> PairPath => "GET /pair/"u8;

    private static ReadOnlySpan<byte> AllocatedPath => "GET /allocated "u8;

    private static ReadOnlySpan<byte> KeyHeader => "\r\nSec-WebSocket-Key: "u8;

    private static ReadOnlySpan<byte> Accepted =>
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "u8;

    // RFC 6455, section 1.3.
    private static ReadOnlySpan<byte> KeySuffix => "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8;

    /// <summary>Reads a request and writes the answer. False while the request isn't all there.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, Span<byte> answer, out Request request)
    {
        request = default;
        if (!data.EndsWith("\r\n\r\n"u8))
        {
            return false;
        }

        if (data.StartsWith(AllocatedPath))
        {
            request = new Request(null, 0, AnswerAllocated(answer), IsRefused: false);
        }
        else if (data.StartsWith(PairPath)
            && Utf8Parser.TryParse(data[PairPath.Length..], out int pair, out var digits) && pair >= 0
            && data.Slice(PairPath.Length + digits, 2) is [(byte)'/', (byte)'a' or (byte)'b']
            && data.IndexOf(KeyHeader) is var header and >= 0)
        {
            var key = data[(header + KeyHeader.Length)..];
            request = new Request(
                pair, data[PairPath.Length + digits + 1] - 'a', AnswerUpgrade(key[..key.IndexOf((byte)'\r')], answer), IsRefused: false);
        }
        else
        {
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.CopyTo(answer);
            request = new Request(null, 0, answer.IndexOf("\r\n\r\n"u8) + 4, IsRefused: true);
        }

        return true;
    }

    private static int AnswerUpgrade(ReadOnlySpan<byte> key, Span<byte> answer)
    {
        Span<byte> text = stackalloc byte[64 + KeySuffix.Length];
        key = key[..Math.Min(key.Length, 64)];
        key.CopyTo(text);
        KeySuffix.CopyTo(text[key.Length..]);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // The protocol asks for it, and it protects nothing.
        SHA1.HashData(text[..(key.Length + KeySuffix.Length)], hash);
#pragma warning restore CA5350
        Accepted.CopyTo(answer);
        Base64.EncodeToUtf8(hash, answer[Accepted.Length..], out _, out var written);
        "\r\n\r\n"u8.CopyTo(answer[(Accepted.Length + written)..]);
        return Accepted.Length + written + 4;
    }

    private static int AnswerAllocated(Span<byte> answer)
    {
        var bytes = GC.GetTotalAllocatedBytes(precise: false).ToString(CultureInfo.InvariantCulture);
        return Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {bytes.Length}\r\n\r\n{bytes}", answer);
    }
}
