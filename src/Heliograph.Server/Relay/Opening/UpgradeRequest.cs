using System.Buffers.Text;
using System.Text;
using Heliograph.Server.BesideHttp;
using Heliograph.Server.Regions;

namespace Heliograph.Server.Relay.Opening;

/// <summary>
/// A request for a signaling socket (RFC 6455 section 4.2.1). Only the plain one is recognised: what asks for more is left to HTTP.
/// </summary>
internal readonly ref struct UpgradeRequest
{
    private const int KeyLength = 24;

    /// <summary>The path's product, as it stands there.</summary>
    public string Product { get; private init; }

    /// <summary>The path's device, as it stands there.</summary>
    public string Device { get; private init; }

    public string Ticket { get; private init; }

    /// <summary>Sec-WebSocket-Key: 16 bytes in base64.</summary>
    public ReadOnlySpan<byte> Key { get; private init; }

    /// <summary>X-Forwarded-For; empty where there is none.</summary>
    public ReadOnlySpan<byte> ForwardedFor { get; private init; }

    private static ReadOnlySpan<byte> Path => "/v1/signaling/"u8;

    private static ReadOnlySpan<byte> Start => "GET /v1/signaling/"u8;

    /// <summary>Whether the first bytes of a request may be those of such a one.</summary>
    public static bool MayBe(ReadOnlySpan<byte> first)
    {
        // SDKs put the path behind the endpoint URL as it was given to them: with a slash at its end, two begin the path. Those are for HTTP.
        var length = Math.Min(first.Length, Start.Length);
        return first[..length].SequenceEqual(Start[..length]);
    }

    /// <summary>Reads a request of which the head has come.</summary>
    public static bool TryRead(in RequestHead head, out UpgradeRequest request)
    {
        request = default;
        if (!head.Method.SequenceEqual("GET"u8) || !TryReadTarget(head.Target, out var product, out var device, out var ticket))
            return false;
        if (!AsksForWebSocket(head, out var key) || AsksForMore(head) || !head.TryGetIfAny("x-forwarded-for"u8, out var forwardedFor))
            return false;

        request = new()
        {
            Product = Encoding.ASCII.GetString(product),
            Device = Encoding.ASCII.GetString(device),
            Ticket = Encoding.ASCII.GetString(ticket),
            Key = key,
            ForwardedFor = forwardedFor,
        };
        return true;
    }

    private static bool AsksForWebSocket(in RequestHead head, out ReadOnlySpan<byte> key)
    {
        key = default;
        return head.TryGet("upgrade"u8, out var upgrade) && Has(upgrade, "websocket"u8)
            && head.TryGet("connection"u8, out var connection) && Has(connection, "upgrade"u8)
            && head.TryGet("sec-websocket-version"u8, out var version) && version.SequenceEqual("13"u8)
            && head.TryGet("sec-websocket-key"u8, out key) && key.Length == KeyLength && Base64.IsValid(key, out var length) && length == 16;
    }

    /// <summary>Whether it has a body, or is a call that another region has passed on.</summary>
    private static bool AsksForMore(in RequestHead head) =>
        head.Has("content-length"u8) || head.Has("transfer-encoding"u8) || head.Has("expect"u8) || head.Has(ForwardedCall.LowerCaseHeader);

    private static bool TryReadTarget(ReadOnlySpan<byte> target, out ReadOnlySpan<byte> product, out ReadOnlySpan<byte> device, out ReadOnlySpan<byte> ticket)
    {
        product = device = ticket = default;
        if (!target.StartsWith(Path))
            return false;

        target = target[Path.Length..];
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

    /// <summary>Whether a list of words has one.</summary>
    private static bool Has(ReadOnlySpan<byte> list, ReadOnlySpan<byte> word)
    {
        foreach (var range in list.Split((byte)','))
        {
            if (Ascii.EqualsIgnoreCase(list[range].Trim(" \t"u8), word))
                return true;
        }

        return false;
    }
}
