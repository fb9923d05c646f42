using System.Formats.Cbor;
using System.Text;
using Heliograph.Backplane.RabbitMq;
using Heliograph.Backplane.RabbitMq.Wire;
using Heliograph.Protocol;
using Heliograph.Server.Backplane;

namespace Heliograph.Cluster.Tests.Wire;

/// <summary>What goes between nodes: golden bytes, and nodes of other versions on the other side.</summary>
public sealed class NodeFormatTests
{
    /// <summary>
    /// An envelope with all kinds, as the first version writes it. No line is ever to be changed: nodes of that version are out there during
    /// an upgrade. A new kind is a new line.
    /// </summary>
    private const string GoldenV1 =
        "a40001016161026262310388"
        + "bf00010107026b77702d3339777537746578037377642d33787471703368793478787933617633" + "05500102030405060708090a0b0c0d0e0f10" + "07427b7dff"
        + "bf00020981010a820203ff"
        + "bf00080743616263086474657374ff"
        + "bf00030108" + "026b77702d3339777537746578037377642d33787471703368793478787933617633" + "0450100f0e0d0c0b0a090807060504030201" + "0619012cff"
        + "bf0004" + "026b77702d3339777537746578037377642d33787471703368793478787933617633" + "0604ff"
        + "bf0005" + "026b77702d3339777537746578037377642d33787471703368793478787933617633" + "0450100f0e0d0c0b0a090807060504030201" + "05500102030405060708090a0b0c0d0e0f10" + "ff"
        + "bf000601090bbf0065302e312e30011b000001a221cfdb800201030304020518640605070108f94a4009f934000a1a40000000ffff"
        + "bf0007ff";

    private static readonly NodeAddress Sender = new("a", "b1");
    private static readonly DeviceAddress Device = new(ProductId.Parse("wp-39wu7tex"), DeviceId.Parse("wd-3xtqp3hy4xxy3av3"));
    private static readonly ChannelId Channel = ChannelId.FromBytes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    private static readonly ChannelId OtherChannel = ChannelId.FromBytes([16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    private static readonly DateTime Now = new(2026, 11, 28, 12, 0, 0, DateTimeKind.Utc);

    private static IReadOnlyList<NodeMessage> Messages =>
    [
        new(NodeMessageKind.Frame) { Id = 7, Place = Place.Of(Device), Channel = Channel, Body = "{}"u8.ToArray() },
        new(NodeMessageKind.Answer) { Taken = [1], Refused = [2, 3] },
        new(NodeMessageKind.Told) { Topic = "test", Body = "abc"u8.ToArray() },
        new(NodeMessageKind.LetGo) { Id = 8, Place = new(Device, OtherChannel), Generation = 300 },
        new(NodeMessageKind.Connected) { Place = Place.Of(Device), Generation = 4 },
        new(NodeMessageKind.Undelivered) { Place = new(Device, OtherChannel), Channel = Channel },
        new(NodeMessageKind.Beat) { Id = 9, Status = Status },
        new(NodeMessageKind.Leave),
    ];

    private static NodeStatus Status =>
        new("a", "0.1.0", Now.AddHours(-1), Now, NodeState.Degraded, new(3, 2, 100, 5, IsStopping: true), 12.5, 0.25, 1 << 30);

    [Fact]
    public void Write_ThisVersion_IsTheGoldenBytes() => Convert.ToHexStringLower(NodeWriter.Write(Sender, Messages)).ShouldBe(GoldenV1);

    [Fact]
    public void Read_TheGoldenBytes_IsWhatWasWritten()
    {
        var envelope = NodeReader.TryRead(Convert.FromHexString(GoldenV1), Now).ShouldNotBeNull();

        envelope.Sender.ShouldBe(Sender);
        envelope.Messages.Select(Describe).ShouldBe(Messages.Select(Describe));
    }

    [Fact]
    public void GoldenBytes_HaveEveryKindAndEveryState()
    {
        Messages.Select(x => x.Kind).ShouldBe(Enum.GetValues<NodeMessageKind>(), ignoreOrder: true);
        Enum.GetValues<NodeState>().Select(x => ((int)x, x.ToString())).ShouldBe([(0, "Ready"), (1, "Degraded"), (2, "Leaving"), (3, "Lost")]);
    }

    [Fact]
    public void Read_FieldsAndKindsOfALaterVersion_AreSkipped()
    {
        var cbor = new CborWriter(CborConformanceMode.Lax);
        cbor.WriteStartMap(null);
        Write(cbor, 0, () => cbor.WriteInt32(NodeWriter.Version));
        Write(cbor, 1, () => cbor.WriteTextString("a"));
        Write(cbor, 2, () => cbor.WriteTextString("b1"));
        Write(cbor, 90, () => cbor.WriteTextString("a field of the envelope"));
        cbor.WriteInt32(3);
        cbor.WriteStartArray(2);
        WriteMap(cbor, 77, () => Write(cbor, 91, () => cbor.WriteByteString([1])));
        WriteMap(cbor, (int)NodeMessageKind.Frame, () =>
        {
            Write(cbor, 92, () => WriteMap(cbor, 1, () => { }));
            cbor.WriteTextString("a key that is a text");
            cbor.WriteDouble(1.5);
            Write(cbor, 1, () => cbor.WriteInt64(7));
            Write(cbor, 2, () => cbor.WriteTextString(Device.Product.Value));
            Write(cbor, 3, () => cbor.WriteTextString(Device.Device.Value));
            Write(cbor, 7, () => cbor.WriteByteString("{}"u8));
        });
        cbor.WriteEndArray();
        cbor.WriteEndMap();

        var envelope = NodeReader.TryRead(cbor.Encode(), Now).ShouldNotBeNull();

        Enum.IsDefined(envelope.Messages[0].Kind).ShouldBeFalse();
        (envelope.Messages[1].Id, envelope.Messages[1].Place).ShouldBe((7L, Place.Of(Device)));
    }

    [Fact]
    public void Read_AVersionThatCantBeReadByThisOne_IsLeftAlone()
    {
        var bytes = Convert.FromHexString(GoldenV1);
        bytes[2] = (byte)(NodeWriter.Version + 1);

        NodeReader.TryRead(bytes, Now).ShouldBeNull();
    }

    [Fact]
    public void Read_AnyBytesCutOrChanged_DoesNotThrow()
    {
        var golden = Convert.FromHexString(GoldenV1);
        var random = new Random(20261128);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = golden[..random.Next(golden.Length + 1)];
            for (var changes = random.Next(4); changes > 0 && bytes.Length > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Should.NotThrow(() => NodeReader.TryRead(bytes, Now), Convert.ToHexString(bytes));
        }

        // Each by itself, too: a number that is far too large is in few of the others.
        for (var i = 0; i < golden.Length; i++)
        {
            var bytes = golden.ToArray();
            bytes[i] ^= 0x7f;
            Should.NotThrow(() => NodeReader.TryRead(bytes, Now), Convert.ToHexString(bytes));
        }
    }

    /// <summary>All parts of a message, in a form that can be compared.</summary>
    private static string Describe(NodeMessage message) => string.Join(
        ' ', message.Kind, message.Id, message.Place, message.Channel, message.Generation, Encoding.UTF8.GetString(message.Body.Span), message.Topic,
        string.Join(',', message.Taken), string.Join(',', message.Refused), message.Status);

    private static void WriteMap(CborWriter cbor, int kind, Action more)
    {
        cbor.WriteStartMap(null);
        Write(cbor, 0, () => cbor.WriteInt32(kind));
        more();
        cbor.WriteEndMap();
    }

    private static void Write(CborWriter cbor, int key, Action value)
    {
        cbor.WriteInt32(key);
        value();
    }
}
