using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Heliograph.Load.Wire;

/// <summary>One HTTP/1.1 answer: the head, and a body by length or in chunks.</summary>
internal sealed record HttpAnswer(int Status, string Head, byte[] Body)
{
    private const int SwitchingProtocols = 101;
    private const int LargestAnswer = 64 * 1024;

    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    /// <summary>What the server asks to wait for, where it does.</summary>
    public TimeSpan? RetryAfter =>
        int.TryParse(Header("retry-after"), CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Reads an answer from a socket that blocks.</summary>
    /// <param name="socket">The socket, after the request.</param>
    /// <param name="rest">What has arrived beyond the answer: after an upgrade, frames.</param>
    public static HttpAnswer Read(ClientSocket socket, out byte[] rest)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(LargestAnswer);
        try
        {
            var length = 0;
            while (true)
            {
                var received = length < buffer.Length ? socket.Receive(buffer.AsSpan(length)) : 0;
                if (received <= 0)
                {
                    throw new LoadException(received == ClientSocket.WouldBlock
                        ? "the server does not answer"
                        : "the server ended the connection before its HTTP answer");
                }

                length += received;
                if (TryRead(buffer.AsSpan(0, length), out var answer, out var consumed))
                {
                    rest = buffer[consumed..length];
                    return answer;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads the answer that <paramref name="data"/> starts with. False while it isn't all there.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out HttpAnswer answer, out int consumed)
    {
        answer = null!;
        consumed = 0;
        var end = data.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var head = Encoding.ASCII.GetString(data[..(end + 2)]).ToLowerInvariant();
        if (head.Length < 14 || !head.StartsWith("http/1.1 ", StringComparison.Ordinal))
        {
            throw new LoadException("the server's answer is not HTTP/1.1");
        }

        answer = new HttpAnswer(int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture), head, []);
        consumed = end + 4;
        if (answer.Status == SwitchingProtocols)
        {
            return true;
        }

        if (string.Equals(answer.Header("transfer-encoding"), "chunked", StringComparison.Ordinal))
        {
            return TryReadChunks(data, ref answer, ref consumed);
        }

        var length = int.Parse(answer.Header("content-length") ?? "0", CultureInfo.InvariantCulture);
        if (data.Length - consumed < length)
        {
            return false;
        }

        answer = answer with { Body = data.Slice(consumed, length).ToArray() };
        consumed += length;
        return true;
    }

    private static bool TryReadChunks(ReadOnlySpan<byte> data, ref HttpAnswer answer, ref int consumed)
    {
        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            var chunk = data[consumed..];
            var line = chunk.IndexOf(LineEnd);
            if (line < 0)
            {
                return false;
            }

            if (!Utf8Parser.TryParse(chunk[..line], out int size, out _, 'x'))
            {
                throw new LoadException("the server's HTTP answer has a chunk without a size");
            }

            var whole = line + LineEnd.Length + size + LineEnd.Length;
            if (chunk.Length < whole)
            {
                return false;
            }

            consumed += whole;
            if (size == 0)
            {
                answer = answer with { Body = body.WrittenSpan.ToArray() };
                return true;
            }

            body.Write(chunk.Slice(line + LineEnd.Length, size));
        }
    }

    private string? Header(string name)
    {
        var start = Head.IndexOf($"\r\n{name}:", StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        start += name.Length + 3;
        return Head[start..Head.IndexOf("\r\n", start, StringComparison.Ordinal)].Trim();
    }
}
