using Heliograph.Server.Backplane;
using Heliograph.Server.Live.Nodes;
using Heliograph.Server.Registry;

namespace Heliograph.Server.Live.Inspection;

/// <summary>
/// What a tap that somebody looks at knows of the other nodes: which of them are followed, and which peers they hold. Whatever may be
/// missing of one becomes a line of the story.
/// </summary>
internal sealed class TapLook(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Part> _parts = new(StringComparer.Ordinal);
    private readonly long _begun = time.GetTimestamp();

    /// <summary>What the others are asked by.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>When they are asked again.</summary>
    public DateTime RenewAt { get; set; }

    /// <summary>The other nodes, and whether each is followed.</summary>
    public IReadOnlyList<(string Node, Following State)> Nodes
    {
        get
        {
            lock (_lock)
                return [.. _parts.Select(x => (x.Key, x.Value.State)).OrderBy(x => x.Key, StringComparer.Ordinal)];
        }
    }

    /// <summary>The peers on those that are.</summary>
    public IReadOnlyList<(string Node, TapPeers Peers)> Peers
    {
        get
        {
            lock (_lock)
                return [.. _parts.Where(x => x.Value.Peers is not null).Select(x => (x.Key, x.Value.Peers!))];
        }
    }

    /// <summary>Up to when those that are followed have told all that they saw; the end of time where there are none.</summary>
    public DateTime UpTo
    {
        get
        {
            lock (_lock)
                return _parts.Values.Where(x => x.State == Following.Followed).Select(x => x.UpTo).DefaultIfEmpty(DateTime.MaxValue).Min();
        }
    }

    /// <summary>Whether one of them holds the device's connection.</summary>
    public bool IsDeviceThere => Peers.Any(x => x.Peers.Device is not null);

    /// <summary>What a node tells, as it goes into the story.</summary>
    public IReadOnlyList<StoryItem> Take(string node, TapNews news)
    {
        lock (_lock)
        {
            if (!_parts.TryGetValue(node, out var part))
                _parts.Add(node, part = new(time.GetTimestamp()) { IsLate = IsLate });
            var items = new List<StoryItem>();
            if (part.State is Following.Silent or Following.Lost)
                items.Add(Say(node, StoryWords.OfNodeBack(node)));
            else if (news.Number != part.Number + 1)
                items.Add(Say(node, StoryWords.OfNodeGap(node)));
            else if (part is { State: Following.Asked, IsLate: true })
                items.Add(Say(node, StoryWords.OfNodeFollowed(node)));

            (part.State, part.Number, part.HeardAt) = (Following.Followed, news.Number, time.GetTimestamp());
            part.Peers = news.Peers ?? part.Peers;
            part.UpTo = news.UpTo.ToUniversalTime();
            items.AddRange(news.Lines.Select(line => StoryItem.Read(line, node)).OfType<StoryItem>());
            return items;
        }
    }

    /// <summary>Looks which nodes there are, and who of them has not been heard for too long.</summary>
    public IReadOnlyList<StoryItem> Check(IReadOnlyList<NodeStatus> others)
    {
        lock (_lock)
        {
            var items = new List<StoryItem>();
            foreach (var node in others)
            {
                if (!_parts.TryGetValue(node.Name, out var part))
                    _parts.Add(node.Name, part = new(time.GetTimestamp()) { IsLate = IsLate });
                if (node.State == NodeState.Lost && part.State != Following.Lost)
                {
                    // One that was lost before is none of this story; that it is not followed is shown all the same.
                    if (part.State != Following.Asked)
                        items.Add(Say(node.Name, StoryWords.OfNodeLost(node.Name)));
                    (part.State, part.Peers) = (Following.Lost, null);
                }
                else if (part.State is Following.Asked or Following.Followed && time.GetElapsedTime(part.HeardAt) > NodeTelling.SilenceTime)
                {
                    items.Add(Say(node.Name, StoryWords.OfNodeSilent(node.Name)));
                    (part.State, part.Peers) = (Following.Silent, null);
                }
            }

            foreach (var (name, part) in _parts.Where(x => others.All(node => node.Name != x.Key)).ToList())
            {
                if (part.State == Following.Followed)
                    items.Add(Say(name, StoryWords.OfNodeLeft(name)));
                _parts.Remove(name);
            }

            return items;
        }
    }

    /// <summary>Whether a node that is new now was not there when somebody began to look.</summary>
    private bool IsLate => time.GetElapsedTime(_begun) > NodeTelling.SilenceTime;

    private StoryItem Say(string node, StoryLine line) => new(time.GetUtcMilliseconds(), null) { Node = node, Line = line };

    private sealed class Part(long askedAt)
    {
        public Following State { get; set; }

        public bool IsLate { get; init; }

        /// <summary>When it told last, or was asked first.</summary>
        public long HeardAt { get; set; } = askedAt;

        public long Number { get; set; }

        public DateTime UpTo { get; set; }

        public TapPeers? Peers { get; set; }
    }
}

/// <summary>Whether what happens on another node is seen.</summary>
internal enum Following
{
    /// <summary>It was asked.</summary>
    Asked,

    /// <summary>It is.</summary>
    Followed,

    /// <summary>The node does not answer.</summary>
    Silent,

    /// <summary>The node is lost.</summary>
    Lost,
}
