namespace Heliograph.Server.Live.Inspection;

/// <summary>A line of the session inspector: what happened, without anything of what a message contains.</summary>
/// <param name="Id">Its number within the tap, from 1.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Channel">The name of its channel; null where it is about the device or all of its channels.</param>
/// <param name="From"><c>client</c>, <c>device</c> or <c>service</c>.</param>
/// <param name="Kind">A word for what it is, e.g. <c>offer</c>.</param>
/// <param name="Line">What happened, in plain words.</param>
/// <param name="Layers">What each layer of the protocol calls it; null where it is no message.</param>
/// <param name="Size">Bytes of the message.</param>
/// <param name="SinceLast">Milliseconds since the last line of the same channel.</param>
/// <param name="Tone"><c>good</c>, <c>bad</c>, or nothing in particular.</param>
/// <param name="Node">The node that saw it; null where there is only one.</param>
internal sealed record InspectorEntry(
    long Id,
    DateTime At,
    string? Channel,
    string From,
    string Kind,
    string Line,
    string? Layers,
    int? Size,
    double? SinceLast,
    string? Tone,
    string? Node);
