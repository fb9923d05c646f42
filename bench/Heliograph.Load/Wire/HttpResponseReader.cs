using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Heliograph.Load.Wire;

/// <summary>Reads one HTTP/1.1 answer from a blocking socket: head, then the body by length or in chunks.</summary>
internal sealed class HttpResponseReader
{
    private const int LargestAnswer = 64 * 1024;

    private readonly Socket _socket;
    private byte[] _buffer = new byte[2048];
    private int _length;
    private int _position;

    public HttpResponseReader(Socket socket) => _socket = socket;

    /// <summary>What has arrived beyond the answer: after an upgrade, frames.</summary>
    public ReadOnlySpan<byte> Rest => _buffer.AsSpan(_position, _length - _position);

    /// <summary>Returns status and header lines, in lower case. The blank line is consumed.</summary>
    public (int Status, string Head) ReadHead()
    {
        int end;
        while ((end = Rest.IndexOf("\r\n\r\n"u8)) < 0)
        {
            Fill();
        }

        var head = Encoding.ASCII.GetString(Rest[..(end + 2)]);
        _position += end + 4;
        if (head.Length < 12 || !head.StartsWith("HTTP/1.1 ", StringComparison.Ordinal))
        {
            throw new LoadException("the server's answer is not HTTP/1.1");
        }

        return (int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture), head.ToLowerInvariant());
    }

    public byte[] ReadBody(string head)
    {
        if (Header(head, "content-length") is { } length)
        {
            return Take(int.Parse(length, CultureInfo.InvariantCulture));
        }

        if (!string.Equals(Header(head, "transfer-encoding"), "chunked", StringComparison.Ordinal))
        {
            return [];
        }

        using var body = new MemoryStream();
        while (true)
        {
            var size = int.Parse(ReadLine(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.Write(Take(size));
            _ = ReadLine();
            if (size == 0)
            {
                return body.ToArray();
            }
        }
    }

    private static string? Header(string head, string name)
    {
        var start = head.IndexOf($"\r\n{name}:", StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        start += name.Length + 3;
        return head[start..head.IndexOf("\r\n", start, StringComparison.Ordinal)].Trim();
    }

    private string ReadLine()
    {
        int end;
        while ((end = Rest.IndexOf("\r\n"u8)) < 0)
        {
            Fill();
        }

        var line = Encoding.ASCII.GetString(Rest[..end]);
        _position += end + 2;
        return line;
    }

    private byte[] Take(int count)
    {
        while (Rest.Length < count)
        {
            Fill();
        }

        var taken = Rest[..count].ToArray();
        _position += count;
        return taken;
    }

    private void Fill()
    {
        if (_length == _buffer.Length)
        {
            if (_buffer.Length >= LargestAnswer)
            {
                throw new LoadException("the server's HTTP answer is larger than any this program expects");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var received = _socket.Receive(_buffer.AsSpan(_length), SocketFlags.None, out var error);
        if (error != SocketError.Success || received == 0)
        {
            throw new LoadException($"the server ended the connection before its HTTP answer ({error})");
        }

        _length += received;
    }
}
