using System.Collections.Concurrent;
using Heliograph.Server.Backplane;

namespace Heliograph.Backplane.RabbitMq;

/// <summary>The other nodes, by what is heard of them.</summary>
internal sealed class Members(TimeSpan timeout, TimeProvider time)
{
    /// <summary>How long a lost node is shown still.</summary>
    private static readonly TimeSpan ShownTime = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<NodeAddress, Member> _members = new();

    /// <summary>Those that are heard.</summary>
    public IEnumerable<NodeAddress> Alive => _members.Where(x => !x.Value.IsLost).Select(x => x.Key);

    public int Count => _members.Count(x => !x.Value.IsLost);

    /// <summary>The nodes as they last told; a lost one as lost.</summary>
    public IEnumerable<NodeStatus> Statuses => _members.Values
        .Where(x => x.Status is not null)
        .Select(x => x.IsLost ? x.Status! with { State = NodeState.Lost } : x.Status!);

    /// <summary>Something has been heard of a node.</summary>
    /// <returns>Whether it was not known, or was lost.</returns>
    public bool Heard(NodeAddress node, NodeStatus? status)
    {
        var isNew = false;
        _members.AddOrUpdate(
            node,
            _ =>
            {
                isNew = true;
                return new(time.GetTimestamp(), status, IsLost: false);
            },
            (_, known) =>
            {
                isNew = known.IsLost;
                return new(time.GetTimestamp(), status ?? known.Status, IsLost: false);
            });
        return isNew;
    }

    /// <summary>Whether a node is known to be gone. One that nothing has been heard of yet may be there.</summary>
    public bool IsLost(NodeAddress node) => _members.TryGetValue(node, out var member) && member.IsLost;

    /// <summary>Whether something has been heard of a node after a time.</summary>
    public bool IsHeardSince(NodeAddress node, long timestamp) => _members.TryGetValue(node, out var member) && member.HeardAt > timestamp;

    /// <summary>A node is gone.</summary>
    /// <returns>Whether it was not known to be.</returns>
    public bool Lose(NodeAddress node)
    {
        while (true)
        {
            if (!_members.TryGetValue(node, out var known))
                return _members.TryAdd(node, new(time.GetTimestamp(), null, IsLost: true));
            if (known.IsLost)
                return false;
            if (_members.TryUpdate(node, known with { IsLost = true }, known))
                return true;
        }
    }

    /// <summary>A node has left in order.</summary>
    public void Remove(NodeAddress node) => _members.TryRemove(node, out _);

    /// <summary>Those of which nothing has been heard for too long, and which are not known to be lost. Long lost ones are forgotten.</summary>
    public IReadOnlyList<NodeAddress> FindSilent()
    {
        var now = time.GetTimestamp();
        var silent = new List<NodeAddress>();
        foreach (var (node, member) in _members)
        {
            var silence = time.GetElapsedTime(member.HeardAt, now);
            if (!member.IsLost && silence > timeout)
                silent.Add(node);
            else if (member.IsLost && silence > ShownTime)
                _members.TryRemove(new(node, member));
        }

        return silent;
    }

    /// <summary>None of them can be held to be silent before it has had its time again: this node itself was not able to hear.</summary>
    public void Forgive()
    {
        foreach (var (node, member) in _members)
        {
            if (!member.IsLost)
                _members.TryUpdate(node, member with { HeardAt = time.GetTimestamp() }, member);
        }
    }

    private sealed record Member(long HeardAt, NodeStatus? Status, bool IsLost);
}
