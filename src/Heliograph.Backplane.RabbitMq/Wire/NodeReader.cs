using System.Formats.Cbor;
using Heliograph.Protocol;
using Heliograph.Server.Backplane;

namespace Heliograph.Backplane.RabbitMq.Wire;

/// <summary>Reads what <see cref="NodeWriter"/> writes, of this version or a later one, and skips what it does not know.</summary>
internal static class NodeReader
{
    /// <summary>Reads an envelope.</summary>
    /// <param name="bytes">The bytes; bodies of messages are copied out of them.</param>
    /// <param name="now">When it arrived: the statuses in it are of this time.</param>
    /// <returns>Null where it is no envelope, or one of a later version that says that it can't be read by this one.</returns>
    public static NodeEnvelope? TryRead(ReadOnlyMemory<byte> bytes, DateTime now)
    {
        try
        {
            return Read(new CborReader(bytes, CborConformanceMode.Lax), now);
        }
        catch (Exception error) when (error is CborContentException or InvalidOperationException or FormatException or OverflowException or ArgumentException)
        {
            return null;
        }
    }

    private static NodeEnvelope? Read(CborReader cbor, DateTime now)
    {
        var (name, boot) = ("", "");
        List<NodeMessage> messages = [];
        foreach (var key in Keys(cbor))
        {
            switch (key)
            {
                case EnvelopeKey.Version:
                    if (cbor.ReadInt32() > NodeWriter.Version)
                        return null;
                    break;
                case EnvelopeKey.Node:
                    name = cbor.ReadTextString();
                    break;
                case EnvelopeKey.Boot:
                    boot = cbor.ReadTextString();
                    break;
                case EnvelopeKey.Messages:
                    for (cbor.ReadStartArray(); cbor.PeekState() != CborReaderState.EndArray;)
                        messages.Add(ReadMessage(cbor, name, now));
                    cbor.ReadEndArray();
                    break;
                default:
                    cbor.SkipValue();
                    break;
            }
        }

        return name.Length > 0 && boot.Length > 0 ? new(new(name, boot), messages) : null;
    }

    private static NodeMessage ReadMessage(CborReader cbor, string sender, DateTime now)
    {
        var message = new NodeMessage(default);
        var (product, device) = ("", "");
        ChannelId? client = null;
        foreach (var key in Keys(cbor))
        {
            switch (key)
            {
                case MessageKey.Kind:
                    message = message with { Kind = (NodeMessageKind)cbor.ReadInt32() };
                    break;
                case MessageKey.Id:
                    message = message with { Id = cbor.ReadInt64() };
                    break;
                case MessageKey.Product:
                    product = cbor.ReadTextString();
                    break;
                case MessageKey.Device:
                    device = cbor.ReadTextString();
                    break;
                case MessageKey.Client:
                    client = ReadChannel(cbor);
                    break;
                case MessageKey.Channel:
                    message = message with { Channel = ReadChannel(cbor) };
                    break;
                case MessageKey.Generation:
                    message = message with { Generation = cbor.ReadInt64() };
                    break;
                case MessageKey.Body:
                    message = message with { Body = cbor.ReadByteString() };
                    break;
                case MessageKey.Topic:
                    message = message with { Topic = cbor.ReadTextString() };
                    break;
                case MessageKey.Taken:
                    message = message with { Taken = ReadNumbers(cbor) };
                    break;
                case MessageKey.Refused:
                    message = message with { Refused = ReadNumbers(cbor) };
                    break;
                case MessageKey.Status:
                    message = message with { Status = ReadStatus(cbor, sender, now) };
                    break;
                default:
                    cbor.SkipValue();
                    break;
            }
        }

        return product.Length == 0 ? message : message with { Place = new(new(ProductId.Parse(product), DeviceId.Parse(device)), client) };
    }

    private static NodeStatus ReadStatus(CborReader cbor, string name, DateTime now)
    {
        var (version, startedAt, state) = ("", 0L, NodeState.Ready);
        var (devices, clients, relayed, toOthers, isStopping) = (0L, 0L, 0L, 0L, false);
        var (rate, cpu, memory) = (0.0, 0.0, 0L);
        foreach (var key in Keys(cbor))
        {
            switch (key)
            {
                case StatusKey.Version:
                    version = cbor.ReadTextString();
                    break;
                case StatusKey.StartedAt:
                    startedAt = cbor.ReadInt64();
                    break;
                case StatusKey.State:
                    // A state that a later version has is told in its words only there.
                    state = cbor.ReadInt32() is var number && Enum.IsDefined((NodeState)number) ? (NodeState)number : NodeState.Ready;
                    break;
                case StatusKey.Devices:
                    devices = cbor.ReadInt64();
                    break;
                case StatusKey.Clients:
                    clients = cbor.ReadInt64();
                    break;
                case StatusKey.Relayed:
                    relayed = cbor.ReadInt64();
                    break;
                case StatusKey.RelayedToOthers:
                    toOthers = cbor.ReadInt64();
                    break;
                case StatusKey.IsStopping:
                    isStopping = cbor.ReadInt32() != 0;
                    break;
                case StatusKey.MessagesPerSecond:
                    rate = cbor.ReadDouble();
                    break;
                case StatusKey.Cpu:
                    cpu = cbor.ReadDouble();
                    break;
                case StatusKey.Memory:
                    memory = cbor.ReadInt64();
                    break;
                default:
                    cbor.SkipValue();
                    break;
            }
        }

        return new(
            name, version, DateTimeOffset.FromUnixTimeMilliseconds(startedAt).UtcDateTime, now, state,
            new(devices, clients, relayed, toOthers, isStopping), rate, cpu, memory);
    }

    /// <summary>The keys of a map, each to be followed by the reading of its value; those that are no numbers are skipped.</summary>
    private static IEnumerable<int> Keys(CborReader cbor)
    {
        for (cbor.ReadStartMap(); cbor.PeekState() != CborReaderState.EndMap;)
        {
            if (cbor.PeekState() == CborReaderState.UnsignedInteger)
            {
                yield return cbor.ReadInt32();
                continue;
            }

            cbor.SkipValue();
            cbor.SkipValue();
        }

        cbor.ReadEndMap();
    }

    private static ChannelId ReadChannel(CborReader cbor) =>
        cbor.ReadByteString() is { Length: 16 } bytes ? ChannelId.FromBytes(bytes) : throw new FormatException("A channel has 16 bytes.");

    private static List<long> ReadNumbers(CborReader cbor)
    {
        List<long> numbers = [];
        for (cbor.ReadStartArray(); cbor.PeekState() != CborReaderState.EndArray;)
            numbers.Add(cbor.ReadInt64());
        cbor.ReadEndArray();
        return numbers;
    }
}
