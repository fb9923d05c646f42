using System.Text.Json;
using Heliograph.Server.Backplane;
using Heliograph.Server.Live.Nodes;

namespace Heliograph.Server.Live.Inspection;

/// <summary>Somebody on another node who looks at a tap of this one: what is captured goes there, in pieces that the bus carries.</summary>
internal sealed class TapLease(string node, string look, DeviceTap tap, TimeProvider time)
{
    /// <summary>Room for the lines; the rest is for who is there.</summary>
    private const int MaxLines = NodeTelling.MaxBody - 14 * 1024;

    private const int MaxLine = 40 * 1024;

    /// <summary>How much of contents goes at a time.</summary>
    private const int MaxContents = 256 * 1024;

    /// <summary>How often it is told up to when all was told: lines of other nodes wait for it.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(400);

    private const string TooMuch = "(too much at once to be sent to the node that you look from)";

    private long _number;
    private string? _peers;
    private long _toldAt;

    /// <summary>The node that looks.</summary>
    public string Node { get; } = node;

    public DeviceTap Tap { get; } = tap;

    /// <summary>When it ends, unless it is asked for again.</summary>
    public DateTime Until { get; set; }

    /// <summary>Whether contents are shown there: without it, none leaves this node.</summary>
    public bool HasContent { get; set; }

    /// <summary>Tells what is new; nothing where nothing is, but now and then that there is nothing.</summary>
    public void Tell(INodeBus bus, IReadOnlyList<StoryItem> items, DateTime upTo, TapPeers peers)
    {
        var text = JsonSerializer.Serialize(peers, NodeJson.Wire.TapPeers);
        if (items.Count == 0 && text == _peers && time.GetElapsedTime(_toldAt) < Interval)
            return;
        (_peers, _toldAt) = (text, time.GetTimestamp());

        var (lines, size, contents, told) = (new List<TapLine>(), 0, MaxContents, DateTime.MinValue);
        foreach (var item in items)
        {
            var line = item.Write(HasContent);
            var length = LengthOf(line);
            if (line.Content is not null && (length > MaxLine || (contents -= length) < 0))
            {
                line.Content = TooMuch;
                length = LengthOf(line);
            }

            if (size + length > MaxLines)
            {
                Send(bus, lines, told, null);
                (lines, size) = ([], 0);
            }

            lines.Add(line);
            size += length + 1;
            told = item.At;
        }

        Send(bus, lines, upTo, peers);
    }

    private void Send(INodeBus bus, IReadOnlyList<TapLine> lines, DateTime upTo, TapPeers? peers) =>
        bus.Tell(NodeTopics.TapNews, new() { Look = look, Number = ++_number, UpTo = upTo, Lines = lines, Peers = peers }, NodeJson.Wire.TapNews, Node);

    private static int LengthOf(TapLine line) => JsonSerializer.SerializeToUtf8Bytes(line, NodeJson.Wire.TapLine).Length;
}
