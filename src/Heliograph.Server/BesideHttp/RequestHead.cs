using System.Buffers;
using System.Text;

namespace Heliograph.Server.BesideHttp;

/// <summary>
/// The head of an HTTP/1.1 request (RFC 9112), read where it lies. Only what is beyond doubt is read: whatever is odd or wrong is left to HTTP,
/// which knows all the rules.
/// </summary>
internal readonly ref struct RequestHead
{
    private const int MaxHeaders = 64;

    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-_"u8);

    private static readonly SearchValues<byte> AddressBytes = SearchValues.Create("0123456789ABCDEFabcdef:."u8);

    private readonly ReadOnlySpan<byte> _headers;

    private RequestHead(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> host)
    {
        Method = method;
        Target = target;
        Host = host;
        _headers = headers;
    }

    /// <summary>The method, e.g. <c>GET</c>.</summary>
    public ReadOnlySpan<byte> Method { get; }

    /// <summary>The request's target as it stands there: path and query.</summary>
    public ReadOnlySpan<byte> Target { get; }

    /// <summary>Whom it was sent to: a name or an address, perhaps with a port.</summary>
    public ReadOnlySpan<byte> Host { get; }

    private static ReadOnlySpan<byte> Version => " HTTP/1.1"u8;

    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    /// <summary>Reads a head.</summary>
    /// <param name="head">The request up to its empty line, that one not included.</param>
    /// <param name="request">The request.</param>
    public static bool TryRead(ReadOnlySpan<byte> head, out RequestHead request)
    {
        request = default;
        var end = head.IndexOf(LineEnd);
        var line = end < 0 ? default : head[..end];
        var space = line.IndexOf((byte)' ');
        if (space <= 0 || !line.EndsWith(Version) || space + 1 >= line.Length - Version.Length)
            return false;

        var target = line[(space + 1)..^Version.Length];
        var headers = head[(end + LineEnd.Length)..];
        if (target.Contains((byte)' ') || !AreWellFormed(headers))
            return false;
        request = new(line[..space], target, headers, default);
        if (!request.TryGet("host"u8, out var host) || !IsHost(host))
            return false;
        request = new(line[..space], target, headers, host);
        return true;
    }

    /// <summary>Whether a header is there.</summary>
    /// <param name="name">Its name in lower case.</param>
    public bool Has(ReadOnlySpan<byte> name) => Find(name, out _) > 0;

    /// <summary>The value of a header that is there once, and not empty.</summary>
    /// <param name="name">Its name in lower case.</param>
    /// <param name="value">The value, without the space around it.</param>
    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) => Find(name, out value) == 1 && !value.IsEmpty;

    /// <summary>The same of a header that may be missing: then the value is empty.</summary>
    public bool TryGetIfAny(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) => Find(name, out value) == 0 || !value.IsEmpty;

    private static bool AreWellFormed(ReadOnlySpan<byte> lines)
    {
        for (var count = 1; !lines.IsEmpty; count++)
        {
            var line = TakeLine(ref lines);
            var colon = line.IndexOf((byte)':');
            if (count > MaxHeaders || colon <= 0 || line[..colon].ContainsAnyExcept(TokenBytes) || !IsText(line[(colon + 1)..].Trim(" \t"u8)))
                return false;
        }

        return true;
    }

    /// <summary>Looks for a header.</summary>
    /// <returns>How often it is there; where that is more than once, there is no value.</returns>
    private int Find(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var count = 0;
        value = default;
        for (var lines = _headers; !lines.IsEmpty;)
        {
            var line = TakeLine(ref lines);
            if (line.Length <= name.Length || line[name.Length] != ':' || !Ascii.EqualsIgnoreCase(line[..name.Length], name))
                continue;
            value = ++count == 1 ? line[(name.Length + 1)..].Trim(" \t"u8) : default;
        }

        return count;
    }

    private static ReadOnlySpan<byte> TakeLine(scoped ref ReadOnlySpan<byte> lines)
    {
        var end = lines.IndexOf(LineEnd);
        var line = end < 0 ? lines : lines[..end];
        lines = end < 0 ? default : lines[(end + LineEnd.Length)..];
        return line;
    }

    /// <summary>Whether it is a name or an IPv4 address, or an IPv6 address in brackets (the shortest is <c>::1</c>), perhaps with a port.</summary>
    private static bool IsHost(ReadOnlySpan<byte> host)
    {
        if (host[0] == '[')
        {
            var end = host.IndexOf((byte)']');
            return end > "[::".Length && !host[1..end].ContainsAnyExcept(AddressBytes) && IsPortIfAny(host[(end + 1)..]);
        }

        var length = host.IndexOfAnyExcept(NameBytes);
        return length < 0 || (length > 0 && IsPortIfAny(host[length..]));
    }

    private static bool IsPortIfAny(ReadOnlySpan<byte> rest) =>
        rest.IsEmpty || (rest[0] == ':' && rest.Length > 1 && !rest[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9'));

    private static bool IsText(ReadOnlySpan<byte> value) => !value.ContainsAnyExceptInRange((byte)' ', (byte)'~');
}
