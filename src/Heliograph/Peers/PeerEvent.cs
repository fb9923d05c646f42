using System.Text.Json;
using System.Text.Json.Serialization;

namespace Heliograph.Peers;

/// <summary>Something that happened to a peer on the terminal; with <c>--json</c>, a line of its output.</summary>
/// <param name="Time">When, in UTC.</param>
/// <param name="Event"><c>connection</c>, <c>channel</c> or <c>message</c>.</param>
internal sealed record PeerEvent(DateTime Time, string Event)
{
    /// <summary>The channel's ID.</summary>
    public string? Channel { get; init; }

    /// <summary>The channel's number on this terminal, from 1.</summary>
    public int? Number { get; init; }

    /// <summary>The new state of the connection or the channel.</summary>
    public string? State { get; init; }

    /// <summary>Of a channel that has opened on a device: whether the service vouches for the client.</summary>
    public bool? Authorized { get; init; }

    /// <summary>Why, where an error is the reason.</summary>
    public string? Error { get; init; }

    /// <summary>The error's code.</summary>
    public string? Code { get; init; }

    /// <summary>Of a message: <c>in</c> or <c>out</c>.</summary>
    public string? Direction { get; init; }

    /// <summary>The message: the application's own as it is; of others, without <c>--show-content</c>, only what kind it is.</summary>
    public JsonElement? Message { get; init; }
}

/// <summary>What a line of text becomes.</summary>
internal sealed record TextMessage(string Type, string Text);

/// <summary>JSON of <c>device run</c> and <c>connect</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PeerEvent))]
[JsonSerializable(typeof(TextMessage))]
internal sealed partial class PeerJson : JsonSerializerContext;
