using System.Diagnostics.Metrics;
using Heliograph.Server.Backplane;
using Heliograph.Server.Connect;
using Heliograph.Server.Telemetry;

namespace Heliograph.Server.Relay;

/// <summary>What is counted of connections and messages. The counters of the hot path are read when somebody asks, not pushed.</summary>
internal sealed class RelayMetrics
{
    private readonly Counter<long> _ignored;
    private readonly Counter<long> _undeliverable;
    private readonly Counter<long> _overflows;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _conflicts;

    private long _devices;
    private long _clients;
    private long _fromDevices;
    private long _fromClients;
    private long _toOtherNodes;

    public RelayMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName.Value);
        meter.CreateObservableUpDownCounter(
            "heliograph.connections",
            () => (Measurement<long>[])[new(Volatile.Read(ref _devices), Tag(Role.Device)), new(Volatile.Read(ref _clients), Tag(Role.Client))],
            "{connection}",
            "Open connections by role.");
        meter.CreateObservableUpDownCounter(
            "heliograph.channels",
            () => Volatile.Read(ref _clients),
            "{channel}",
            "Channels whose client is connected.");
        meter.CreateObservableCounter(
            "heliograph.messages.relayed",
            () => (Measurement<long>[])[new(Volatile.Read(ref _fromDevices), Tag(Role.Device)), new(Volatile.Read(ref _fromClients), Tag(Role.Client))],
            "{message}",
            "Messages handed to the other peer, by the sender's role.");
        meter.CreateObservableCounter(
            "heliograph.messages.relayed.remote",
            () => Volatile.Read(ref _toOtherNodes),
            "{message}",
            "Messages handed to the other peer on another node. The rest of those relayed stayed on this one.");
        _undeliverable = meter.CreateCounter<long>(
            "heliograph.messages.undeliverable", "{message}", "Messages answered by PEER_OFFLINE, by the sender's role.");
        _ignored = meter.CreateCounter<long>("heliograph.messages.ignored", "{message}", "Messages that were not understood, by cause.");
        _overflows = meter.CreateCounter<long>("heliograph.outbox.overflows", "{overflow}", "Peers closed because they read too slowly.");
        _ended = meter.CreateCounter<long>("heliograph.connections.ended", "{connection}", "Connections that ended, by role and reason.");
        _conflicts = meter.CreateCounter<long>(
            "heliograph.identity.conflicts", "{takeover}", "Takeovers that used up what a device may have at once: two devices seem to have one identity.");
    }

    /// <summary>What this node has to do, as far as it is counted here.</summary>
    public NodeLoad Load => new(
        Volatile.Read(ref _devices),
        Volatile.Read(ref _clients),
        Volatile.Read(ref _fromDevices) + Volatile.Read(ref _fromClients),
        Volatile.Read(ref _toOtherNodes),
        IsStopping: false);

    public void Opened(Role role) => Interlocked.Increment(ref role == Role.Device ? ref _devices : ref _clients);

    public void Closed(Role role, EndReason reason)
    {
        Interlocked.Decrement(ref role == Role.Device ? ref _devices : ref _clients);
        _ended.Add(1, Tag(role), new("reason", reason.ToTag()));
    }

    public void Relayed(Peer sender, bool toOtherNode)
    {
        if (toOtherNode)
            Interlocked.Increment(ref _toOtherNodes);
        Interlocked.Increment(ref sender.Role == Role.Device ? ref _fromDevices : ref _fromClients);
        sender.State.CountRelayed();
    }

    public void Undeliverable(Role sender) => _undeliverable.Add(1, Tag(sender));

    public void Ignored(string cause) => _ignored.Add(1, new KeyValuePair<string, object?>("cause", cause));

    public void OutboxOverflowed() => _overflows.Add(1);

    public void IdentityConflict() => _conflicts.Add(1);

    private static KeyValuePair<string, object?> Tag(Role role) => new("role", role == Role.Device ? "device" : "client");
}
