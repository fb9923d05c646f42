using System.Text.Json.Serialization;
using Heliograph.Server.Console.Nodes;
using Heliograph.Server.Live.Inspection;

namespace Heliograph.Server.Console.Live;

/// <summary>How it stands now.</summary>
/// <param name="Devices">Connected devices.</param>
/// <param name="Clients">Connected clients.</param>
/// <param name="Rate">Messages relayed a second; null until two counts were made.</param>
/// <param name="HasGap">Whether more happened than could be shown.</param>
/// <param name="Calls">How connect calls went of late.</param>
/// <param name="Nodes">How many nodes there are.</param>
/// <param name="Silent">Those of them whose numbers and events are missing.</param>
internal sealed record LiveNow(
    int Devices, int Clients, double? Rate, bool HasGap, IReadOnlyList<LiveCall> Calls, int Nodes, IReadOnlyList<string> Silent);

/// <summary>How often a connect call went so.</summary>
internal sealed record LiveCall(string Call, string? Code, string Words, long Count);

/// <summary>Something that happened.</summary>
/// <param name="Key">The same for what happened again.</param>
/// <param name="Node">The node that it happened on; null where there is only one.</param>
internal sealed record LiveHappened(
    string Key,
    DateTime At,
    string Kind,
    string? Tone,
    string Text,
    string? Product,
    string? Device,
    bool HasPage,
    string? Channel,
    string? Code,
    int Count,
    string? Address,
    string? Node);

/// <summary>Who of a device's sessions is connected, on the nodes that are followed.</summary>
/// <param name="IsOnline">Whether the device is.</param>
/// <param name="IsElsewhere">Whether it is, but to a node that is not followed.</param>
/// <param name="Since">Since when.</param>
/// <param name="Node">The device's node; null where there is only one.</param>
/// <param name="Count">How many clients there are.</param>
/// <param name="Channels">The channels of the newest of them.</param>
/// <param name="Nodes">The other nodes.</param>
internal sealed record InspectPeers(
    bool IsOnline, bool IsElsewhere, DateTime? Since, string? Node, int Count, IReadOnlyList<InspectChannel> Channels, IReadOnlyList<InspectNode> Nodes);

/// <summary>A channel whose client is connected.</summary>
internal sealed record InspectChannel(string Name, DateTime Since, bool Authorized, string? Node);

/// <summary>Another node, and whether what happens there is seen: <c>asked</c>, <c>followed</c>, <c>silent</c> or <c>lost</c>.</summary>
internal sealed record InspectNode(string Name, string State);

/// <summary>A line of the story; its content only where that is shown and the reader may see it.</summary>
internal sealed record InspectLine(InspectorEntry Entry, string? Content);

/// <summary>Whether contents are shown.</summary>
/// <param name="SecondsLeft">For how long; null where they are not.</param>
internal sealed record InspectContent(double? SecondsLeft);

/// <summary>Why the stream ends.</summary>
/// <param name="Reason">One of the words below.</param>
internal sealed record StreamEnd(string Reason)
{
    /// <summary>The service stops: try again.</summary>
    public const string Stopping = "stopping";

    /// <summary>The session has ended, or it can't be found out whether it has: ask.</summary>
    public const string Session = "session";

    /// <summary>What was followed is gone.</summary>
    public const string Deleted = "deleted";

    /// <summary>It can't be followed any further, but may be from now on: ask.</summary>
    public const string Failed = "failed";
}

/// <summary>The JSON of the streams.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LiveNow))]
[JsonSerializable(typeof(LiveHappened))]
[JsonSerializable(typeof(InspectPeers))]
[JsonSerializable(typeof(InspectLine))]
[JsonSerializable(typeof(InspectContent))]
[JsonSerializable(typeof(StreamEnd))]
[JsonSerializable(typeof(IReadOnlyList<NodeRow>))]
[JsonSerializable(typeof(string))]
internal sealed partial class StreamJson : JsonSerializerContext;
