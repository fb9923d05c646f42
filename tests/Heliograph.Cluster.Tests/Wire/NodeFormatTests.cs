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
    /// <summary>An envelope as the first version writes it. Never to be changed: nodes of that version are out there during an upgrade.</summary>
    private const string GoldenV1 =
        "a40001016161026262310383"
        + "bf00010107026b77702d3339777537746578037377642d33787471703368793478787933617633" + "05500102030405060708090a0b0c0d0e0f10" + "07427b7dff"
        + "bf00020981010a820203ff"
        + "bf00080743616263086474657374ff";

    private static readonly NodeAddress Sender = new("a", "b1");
    private static readonly DeviceAddress Device = new(ProductId.Parse("wp-39wu7tex"), DeviceId.Parse("wd-3xtqp3hy4xxy3av3"));
    private static readonly ChannelId Channel = ChannelId.FromBytes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    private static readonly DateTime Now = new(2026, 11, 28, 12, 0, 0, DateTimeKind.Utc);

    private static IReadOnlyList<NodeMessage> Messages =>
    [
        new(NodeMessageKind.Frame) { Id = 7, Place = Place.Of(Device), Channel = Channel, Body = "{}"u8.ToArray() },
        new(NodeMessageKind.Answer) { Taken = [1], Refused = [2, 3] },
        new(NodeMessageKind.Told) { Topic = "test", Body = "abc"u8.ToArray() },
    ];

    [Fact]
    public void Write_ThisVersion_IsTheGoldenBytes() => Convert.ToHexStringLower(NodeWriter.Write(Sender, Messages)).ShouldBe(GoldenV1);

    [Fact]
    public void Read_TheGoldenBytes_IsWhatWasWritten()
    {
        var envelope = NodeReader.TryRead(Convert.FromHexString(GoldenV1), Now).ShouldNotBeNull();

        envelope.Sender.ShouldBe(Sender);
        envelope.Messages.Select(x => x.Kind).ShouldBe([NodeMessageKind.Frame, NodeMessageKind.Answer, NodeMessageKind.Told]);
        var frame = envelope.Messages[0];
        (frame.Id, frame.Place, frame.Channel, Encoding.UTF8.GetString(frame.Body.Span)).ShouldBe((7L, Place.Of(Device), Channel, "{}"));
        envelope.Messages[1].Taken.ShouldBe([1]);
        envelope.Messages[1].Refused.ShouldBe([2, 3]);
        (envelope.Messages[2].Topic, Encoding.UTF8.GetString(envelope.Messages[2].Body.Span)).ShouldBe(("test", "abc"));
    }

    [Fact]
    public void Beat_WithStatus_ComesBackWhole()
    {
        var status = new NodeStatus("a", "0.1.0", Now.AddHours(-1), Now, NodeState.Degraded, new(3, 2, 100, 5, IsStopping: true), 12.5, 0.25, 1 << 30);

        var read = NodeReader.TryRead(NodeWriter.Write(Sender, [new(NodeMessageKind.Beat) { Status = status }]), Now)!.Messages[0];

        read.Status.ShouldBe(status);
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
    }

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
