using System.Formats.Cbor;
using Heliograph.Server.Backplane;

namespace Heliograph.Backplane.RabbitMq.Wire;

/// <summary>
/// Writes what goes between nodes: CBOR (RFC 8949), maps with numbers for keys. A node skips keys and kinds that it does not know, so
/// that new ones may be added at any time; a number never changes its meaning. What older nodes would get wrong gets a higher
/// <see cref="Version"/>, which they then leave alone.
/// </summary>
internal static class NodeWriter
{
    public const int Version = 1;

    public static byte[] Write(NodeAddress sender, IReadOnlyList<NodeMessage> messages)
    {
        var cbor = new CborWriter(CborConformanceMode.Lax);
        cbor.WriteStartMap(4);
        cbor.WriteInt32(EnvelopeKey.Version);
        cbor.WriteInt32(Version);
        cbor.WriteInt32(EnvelopeKey.Node);
        cbor.WriteTextString(sender.Name);
        cbor.WriteInt32(EnvelopeKey.Boot);
        cbor.WriteTextString(sender.Boot);
        cbor.WriteInt32(EnvelopeKey.Messages);
        cbor.WriteStartArray(messages.Count);
        foreach (var message in messages)
            Write(cbor, message);
        cbor.WriteEndArray();
        cbor.WriteEndMap();
        return cbor.Encode();
    }

    private static void Write(CborWriter cbor, NodeMessage message)
    {
        cbor.WriteStartMap(null);
        Write(cbor, MessageKey.Kind, (int)message.Kind);
        if (message.Id != 0)
            Write(cbor, MessageKey.Id, message.Id);
        if (message.Place != default)
            Write(cbor, message.Place);
        if (message.Channel != default)
            Write(cbor, MessageKey.Channel, message.Channel);
        if (message.Generation != 0)
            Write(cbor, MessageKey.Generation, message.Generation);
        if (!message.Body.IsEmpty)
        {
            cbor.WriteInt32(MessageKey.Body);
            cbor.WriteByteString(message.Body.Span);
        }

        if (message.Topic.Length > 0)
            Write(cbor, MessageKey.Topic, message.Topic);
        if (message.Taken.Count > 0)
            Write(cbor, MessageKey.Taken, message.Taken);
        if (message.Refused.Count > 0)
            Write(cbor, MessageKey.Refused, message.Refused);
        if (message.Status is { } status)
            Write(cbor, status);
        cbor.WriteEndMap();
    }

    private static void Write(CborWriter cbor, Place place)
    {
        Write(cbor, MessageKey.Product, place.Device.Product.Value);
        Write(cbor, MessageKey.Device, place.Device.Device.Value);
        if (place.Channel is { } channel)
            Write(cbor, MessageKey.Client, channel);
    }

    private static void Write(CborWriter cbor, NodeStatus status)
    {
        cbor.WriteInt32(MessageKey.Status);
        cbor.WriteStartMap(null);
        Write(cbor, StatusKey.Version, status.Version);
        Write(cbor, StatusKey.StartedAt, new DateTimeOffset(status.StartedAt).ToUnixTimeMilliseconds());
        Write(cbor, StatusKey.State, (int)status.State);
        Write(cbor, StatusKey.Devices, status.Load.Devices);
        Write(cbor, StatusKey.Clients, status.Load.Clients);
        Write(cbor, StatusKey.Relayed, status.Load.Relayed);
        Write(cbor, StatusKey.RelayedToOthers, status.Load.RelayedToOthers);
        Write(cbor, StatusKey.IsStopping, status.Load.IsStopping ? 1 : 0);
        Write(cbor, StatusKey.MessagesPerSecond, status.MessagesPerSecond);
        Write(cbor, StatusKey.Cpu, status.Cpu);
        Write(cbor, StatusKey.Memory, status.MemoryBytes);
        cbor.WriteEndMap();
    }

    private static void Write(CborWriter cbor, int key, long value)
    {
        cbor.WriteInt32(key);
        cbor.WriteInt64(value);
    }

    private static void Write(CborWriter cbor, int key, double value)
    {
        cbor.WriteInt32(key);
        cbor.WriteDouble(value);
    }

    private static void Write(CborWriter cbor, int key, string value)
    {
        cbor.WriteInt32(key);
        cbor.WriteTextString(value);
    }

    private static void Write(CborWriter cbor, int key, Protocol.ChannelId value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.WriteBytes(bytes);
        cbor.WriteInt32(key);
        cbor.WriteByteString(bytes);
    }

    private static void Write(CborWriter cbor, int key, IReadOnlyList<long> values)
    {
        cbor.WriteInt32(key);
        cbor.WriteStartArray(values.Count);
        foreach (var value in values)
            cbor.WriteInt64(value);
        cbor.WriteEndArray();
    }
}
