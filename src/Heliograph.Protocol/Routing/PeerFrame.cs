using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Heliograph.Protocol.Routing;

/// <summary>A frame of the routing layer as a peer receives it. Channel IDs are opaque here: whose service it is does not matter.</summary>
public sealed record PeerFrame
{
    /// <summary><c>type</c> of a MESSAGE.</summary>
    public const string Message = "MESSAGE";

    /// <summary><c>type</c> of an ERROR.</summary>
    public const string Error = "ERROR";

    /// <summary><c>type</c> of a PEER_CONNECTED.</summary>
    public const string PeerConnected = "PEER_CONNECTED";

    /// <summary><c>type</c> of a PEER_OFFLINE.</summary>
    public const string PeerOffline = "PEER_OFFLINE";

    /// <summary><c>type</c> of a PING.</summary>
    public const string Ping = "PING";

    /// <summary><c>type</c> of a PONG.</summary>
    public const string Pong = "PONG";

    private static readonly JsonReaderOptions Options = new() { MaxDepth = PeerJson.MaxDepth };

    /// <summary>What it is; perhaps a type that this version does not know.</summary>
    public required string Type { get; init; }

    /// <summary>The channel it is about; empty where it is about none.</summary>
    public string ChannelId { get; init; } = "";

    /// <summary>What a MESSAGE carries; undefined elsewhere.</summary>
    public JsonElement Content { get; init; }

    /// <summary>On a MESSAGE to a device: the service's word that the client has shown a valid token.</summary>
    public bool Authorized { get; init; }

    /// <summary>An ERROR's code; null where there is none.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>An ERROR's message; null where there is none.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>Reads a frame; false for what is not understood and must be ignored.</summary>
    /// <param name="utf8">The frame's whole text.</param>
    /// <param name="frame">What was read. It does not refer to <paramref name="utf8"/>.</param>
    public static bool TryRead(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out PeerFrame? frame)
    {
        frame = null;
        var reader = new Utf8JsonReader(utf8, Options);
        try
        {
            var root = JsonElement.ParseValue(ref reader);
            if (root.Text("type") is not { } type || reader.Read())
                return false;

            root.TryGet("message", out var content);
            root.TryGet("error", out var error);
            frame = new()
            {
                Type = type,
                ChannelId = root.Text("channelId") ?? "",
                Content = content,
                Authorized = root.TryGet("authorized", out var authorized) && authorized.ValueKind == JsonValueKind.True,
                ErrorCode = error.Text("code"),
                ErrorMessage = error.Text("message"),
            };
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The type and the channel alone: what peers say to each other has no place in a log.</summary>
    public override string ToString() => ChannelId.Length == 0 ? Type : $"{Type} {ChannelId}";
}
