using System.Security.Cryptography;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;

namespace Heliograph.Turn;

/// <summary>
/// What has been relayed and not yet counted by the service. Bytes are heard of, put into a report, and taken away when the service has
/// answered it; the report keeps its number until then, so that it is counted once.
/// </summary>
internal sealed class TrafficBook
{
    private const int MaxDevicesInReport = 10_000;

    /// <summary>Of a session that ended without a word, as all do when coturn is killed, nothing is known for longer.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromDays(30);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ReportState _state;

    /// <param name="state">What was kept when the last one ended; null for the first.</param>
    /// <param name="time">The clock.</param>
    public TrafficBook(ReportState? state, TimeProvider time)
    {
        _time = time;
        _state = state ?? new() { Reporter = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 24) };
    }

    public string Reporter => _state.Reporter;

    /// <summary>How many messages were about users that are none of Heliograph's.</summary>
    public long Strangers { get; private set; }

    /// <summary>Takes a message of coturn's.</summary>
    public void Hear(string channel, string text)
    {
        if (TrafficMessage.Read(channel, text) is not { } message)
            return;

        lock (_lock)
        {
            var heard = _state.Sessions.GetValueOrDefault(message.Session);
            switch (message.Kind)
            {
                case TrafficKind.Begin:
                    // After a restart coturn counts its sessions from the beginning.
                    _state.Sessions[message.Session] = new() { LastHeard = _time.GetUtcNow() };
                    break;
                case TrafficKind.More:
                    Add(message.User, message.Bytes);
                    if (heard is not null)
                        _state.Sessions[message.Session] = new() { Bytes = heard.Bytes + message.Bytes, LastHeard = _time.GetUtcNow() };
                    break;
                case TrafficKind.Total:
                    // What was missed of it meanwhile. Of a session whose beginning was missed, nobody knows what has been counted.
                    if (heard is not null && message.Bytes > heard.Bytes)
                        Add(message.User, message.Bytes - heard.Bytes);
                    _state.Sessions.Remove(message.Session);
                    break;
            }
        }
    }

    /// <summary>The report to send: the one that is not answered yet, or a new one where there is something to tell.</summary>
    /// <param name="evenIfEmpty">Whether there is to be one in any case.</param>
    public TurnUsageReport? Prepare(bool evenIfEmpty)
    {
        lock (_lock)
        {
            foreach (var (session, _) in _state.Sessions.Where(x => _time.GetUtcNow() - x.Value.LastHeard > LongestSilence).ToList())
                _state.Sessions.Remove(session);
            if (_state.Outgoing is null && (_state.Pending.Count > 0 || evenIfEmpty))
            {
                _state.Sequence++;
                _state.Outgoing = _state.Pending.Take(MaxDevicesInReport).ToDictionary(StringComparer.Ordinal);
                foreach (var device in _state.Outgoing.Keys)
                    _state.Pending.Remove(device);
            }

            return _state.Outgoing is not { } outgoing ? null : new()
            {
                Reporter = _state.Reporter,
                Sequence = _state.Sequence,
                Usage = [.. outgoing.Select(x => new TurnDeviceUsage { ProductId = x.Key.Split(':')[0], DeviceId = x.Key.Split(':')[1], Bytes = x.Value })],
            };
        }
    }

    /// <summary>The service has answered the report of this number. An answer that comes late settles no report behind it.</summary>
    public void Settle(long sequence)
    {
        lock (_lock)
        {
            if (_state.Sequence == sequence)
                _state.Outgoing = null;
        }
    }

    /// <summary>Writes down all that there is.</summary>
    public void WriteTo(ReportFile file)
    {
        lock (_lock)
            file.Write(_state);
    }

    /// <summary>Adds to a device's bytes. Its name is in the user name, behind the time at which that expires.</summary>
    private void Add(string user, long bytes)
    {
        var parts = user.Split(':');
        if (parts.Length != 3 || !ProductId.TryParse(parts[1], out var product) || !DeviceId.TryParse(parts[2], out var device))
            Strangers++;
        else if (bytes > 0)
            _state.Pending[$"{product}:{device}"] = _state.Pending.GetValueOrDefault($"{product}:{device}") + bytes;
    }
}
