using System.Buffers.Text;
using System.Text;
using Heliograph.Server.BesideHttp;
using Heliograph.Server.Regions;

namespace Heliograph.Server.Connect;

/// <summary>The head of a connect call. Only the plain one is recognised: what asks for more is left to HTTP.</summary>
internal readonly ref struct ConnectRequestHead
{
    /// <summary>Which call.</summary>
    public string Name { get; private init; }

    /// <summary>The Authorization header; empty where there is none.</summary>
    public ReadOnlySpan<byte> Authorization { get; private init; }

    /// <summary>X-Forwarded-For; empty where there is none.</summary>
    public ReadOnlySpan<byte> ForwardedFor { get; private init; }

    /// <summary>Whether a proxy may say by what other URL the caller reached it.</summary>
    public bool HasForwardedUrl { get; private init; }

    /// <summary>Whether the connection is to end with the answer.</summary>
    public bool IsLast { get; private init; }

    /// <summary>Bytes of the body.</summary>
    public int BodyLength { get; private init; }

    private static ReadOnlySpan<byte> Start => "POST /v1/"u8;

    /// <summary>Whether the first bytes of a request may be those of such a one.</summary>
    public static bool MayBe(ReadOnlySpan<byte> first)
    {
        var length = Math.Min(first.Length, Start.Length);
        return first[..length].SequenceEqual(Start[..length]);
    }

    /// <summary>Reads a request of which the head has come.</summary>
    public static bool TryRead(in RequestHead head, out ConnectRequestHead request)
    {
        request = default;
        if (!head.Method.SequenceEqual("POST"u8) || NameOf(head.Target) is not { } name || AsksForMore(head))
            return false;
        if (!head.TryGetIfAny("authorization"u8, out var authorization) || !head.TryGetIfAny("x-forwarded-for"u8, out var forwardedFor))
            return false;
        if (!head.TryGetIfAny("connection"u8, out var connection) || !TryReadConnection(connection, out var isLast))
            return false;
        if (!head.TryGet("content-length"u8, out var text) || text.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || !Utf8Parser.TryParse(text, out int length, out _) || length > ConnectCall.MaxBody)
            return false;

        request = new()
        {
            Name = name,
            Authorization = authorization,
            ForwardedFor = forwardedFor,
            HasForwardedUrl = head.Has("x-forwarded-proto"u8) || head.Has("x-forwarded-host"u8),
            IsLast = isLast,
            BodyLength = length,
        };
        return true;
    }

    private static bool TryReadConnection(ReadOnlySpan<byte> connection, out bool isLast)
    {
        isLast = Ascii.EqualsIgnoreCase(connection, "close"u8);
        return isLast || connection.IsEmpty || Ascii.EqualsIgnoreCase(connection, "keep-alive"u8);
    }

    private static string? NameOf(ReadOnlySpan<byte> target) => target switch
    {
        _ when target.SequenceEqual("/v1/device/connect"u8) => ConnectCall.ConnectDevice,
        _ when target.SequenceEqual("/v1/client/connect"u8) => ConnectCall.ConnectClient,
        _ when target.SequenceEqual("/v1/ice-servers"u8) => ConnectCall.GetIceServers,
        _ => null,
    };

    /// <summary>Whether it is phrased in another way than length and body, or comes from a browser's page or another region.</summary>
    private static bool AsksForMore(in RequestHead head) =>
        head.Has("transfer-encoding"u8) || head.Has("expect"u8) || head.Has("upgrade"u8) || head.Has("content-encoding"u8) || head.Has("origin"u8)
        || head.Has(ForwardedCall.LowerCaseHeader);
}
