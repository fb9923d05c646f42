using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Heliograph.Server.Regions;

namespace Heliograph.Server.Relay.Opening;

/// <summary>
/// The head of a request for a signaling socket (RFC 6455 section 4.2.1 over HTTP/1.1), read where it lies. Only what is beyond doubt is
/// recognised: whatever is odd, wrong or asks for more is left to HTTP, which knows all the rules.
/// </summary>
internal readonly ref struct UpgradeRequest
{
    private const int MaxHeaders = 64;
    private const int KeyLength = 24;

    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> HostBytes = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-_:[]"u8);

    private static readonly byte[] RegionHeader = Encoding.ASCII.GetBytes(ForwardedCall.Header);

    private UpgradeRequest(ReadOnlySpan<byte> product, ReadOnlySpan<byte> device, ReadOnlySpan<byte> ticket, Headers headers)
    {
        Product = Encoding.ASCII.GetString(product);
        Device = Encoding.ASCII.GetString(device);
        Ticket = Encoding.ASCII.GetString(ticket);
        Key = headers.Key;
        ForwardedFor = headers.ForwardedFor;
    }

    /// <summary>The path's product, as it stands there.</summary>
    public string Product { get; }

    /// <summary>The path's device, as it stands there.</summary>
    public string Device { get; }

    public string Ticket { get; }

    /// <summary>Sec-WebSocket-Key: 16 bytes in base64.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>X-Forwarded-For; empty where there is none.</summary>
    public ReadOnlySpan<byte> ForwardedFor { get; }

    private static ReadOnlySpan<byte> Start => "GET /v1/signaling/"u8;

    /// <summary>Whether the first bytes of a connection may be those of such a request.</summary>
    public static bool MayBe(ReadOnlySpan<byte> first)
    {
        // SDKs put the path behind the endpoint URL as it was given to them: with a slash at its end, two begin the path. Those are for HTTP.
        var length = Math.Min(first.Length, Start.Length);
        return first[..length].SequenceEqual(Start[..length]);
    }

    /// <summary>Reads a head.</summary>
    /// <param name="head">The request up to its empty line, that one not included.</param>
    /// <param name="request">The request.</param>
    public static bool TryRead(ReadOnlySpan<byte> head, out UpgradeRequest request)
    {
        request = default;
        var lineEnd = head.IndexOf("\r\n"u8);
        if (lineEnd < 0 || !TryReadTarget(head[..lineEnd], out var product, out var device, out var ticket))
            return false;
        if (!Headers.TryRead(head[(lineEnd + 2)..], out var headers) || !headers.AskForWebSocket)
            return false;

        request = new(product, device, ticket, headers);
        return true;
    }

    private static bool TryReadTarget(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> product, out ReadOnlySpan<byte> device, out ReadOnlySpan<byte> ticket)
    {
        product = device = ticket = default;
        if (!line.StartsWith(Start) || !line.EndsWith(" HTTP/1.1"u8))
            return false;

        var target = line[Start.Length..^" HTTP/1.1"u8.Length];
        var slash = target.IndexOf((byte)'/');
        var query = target.IndexOf("?ticket="u8);
        if (slash < 0 || query < slash)
            return false;

        product = target[..slash];
        device = target[(slash + 1)..query];
        ticket = target[(query + "?ticket="u8.Length)..];
        return IsPlain(product) && IsPlain(device) && IsPlain(ticket) && !ticket.IsEmpty;
    }

    /// <summary>Whether nothing in it is escaped, or means anything in a URL.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> part)
    {
        foreach (var x in part)
        {
            if (!char.IsAsciiLetterOrDigit((char)x) && x is not ((byte)'-' or (byte)'_'))
                return false;
        }

        return true;
    }

    /// <summary>The headers that count. Each may come once.</summary>
    private ref struct Headers
    {
        public ReadOnlySpan<byte> Host;
        public ReadOnlySpan<byte> Upgrade;
        public ReadOnlySpan<byte> Connection;
        public ReadOnlySpan<byte> Version;
        public ReadOnlySpan<byte> Key;
        public ReadOnlySpan<byte> ForwardedFor;

        public readonly bool AskForWebSocket =>
            Has(Upgrade, "websocket"u8) && Has(Connection, "upgrade"u8) && Version.SequenceEqual("13"u8) && Key.Length == KeyLength && Base64.IsValid(Key, out var length)
            && length == 16 && !Host.IsEmpty && !Host.ContainsAnyExcept(HostBytes);

        public static bool TryRead(ReadOnlySpan<byte> lines, out Headers headers)
        {
            headers = default;
            for (var i = 0; !lines.IsEmpty; i++)
            {
                var end = lines.IndexOf("\r\n"u8);
                var line = end < 0 ? lines : lines[..end];
                lines = end < 0 ? default : lines[(end + 2)..];
                var colon = line.IndexOf((byte)':');
                if (i == MaxHeaders || colon <= 0)
                    return false;
                var name = line[..colon];
                var value = line[(colon + 1)..].Trim(" \t"u8);
                if (name.ContainsAnyExcept(TokenBytes) || !IsText(value) || !headers.TryTake(name, value))
                    return false;
            }

            return true;
        }

        private bool TryTake(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            if (Is(name, "host"u8))
                return TrySet(ref Host, value);
            if (Is(name, "upgrade"u8))
                return TrySet(ref Upgrade, value);
            if (Is(name, "connection"u8))
                return TrySet(ref Connection, value);
            if (Is(name, "sec-websocket-version"u8))
                return TrySet(ref Version, value);
            if (Is(name, "sec-websocket-key"u8))
                return TrySet(ref Key, value);
            if (Is(name, "x-forwarded-for"u8))
                return TrySet(ref ForwardedFor, value);
            // A body, and a call that another region has passed on, are for HTTP.
            return !Is(name, "content-length"u8) && !Is(name, "transfer-encoding"u8) && !Is(name, "expect"u8) && !Is(name, RegionHeader);
        }

        private static bool TrySet(ref ReadOnlySpan<byte> header, ReadOnlySpan<byte> value)
        {
            if (!header.IsEmpty || value.IsEmpty)
                return false;
            header = value;
            return true;
        }

        private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> lowerCase) => Ascii.EqualsIgnoreCase(name, lowerCase);

        /// <summary>Whether a list of words has one.</summary>
        private static bool Has(ReadOnlySpan<byte> list, ReadOnlySpan<byte> word)
        {
            foreach (var range in list.Split((byte)','))
            {
                if (Is(list[range].Trim(" \t"u8), word))
                    return true;
            }

            return false;
        }

        private static bool IsText(ReadOnlySpan<byte> value) => !value.ContainsAnyExceptInRange((byte)' ', (byte)'~');
    }
}
