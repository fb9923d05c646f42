using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Heliograph.Protocol.Reliability;
using Heliograph.Protocol.Tests.Routing;

namespace Heliograph.Protocol.Tests.Reliability;

public sealed class ReliabilityMessageTests
{
    [Theory]
    [InlineData(0, """{"a":[1, 2]}""")]
    [InlineData(9007199254740991, "null")]
    [InlineData(7, "\"grün 🔑 <&>\"")]
    public void Data_ToBytesAndBack_IsTheSame(long seq, string data)
    {
        var bytes = ReliabilityMessage.WriteData(seq, Encoding.UTF8.GetBytes(data));

        Encoding.UTF8.GetString(bytes).ShouldBe($$"""{"type":"DATA","seq":{{seq}},"data":{{data}}}""");
        ReliabilityMessage.TryRead(JsonElement.Parse(bytes), out var message).ShouldBeTrue();
        (message.IsData, message.Seq, message.Data.GetRawText()).ShouldBe((true, seq, data));
    }

    [Fact]
    public void Ack_ToBytesAndBack_IsTheSame()
    {
        var bytes = ReliabilityMessage.WriteAck(12);

        Encoding.UTF8.GetString(bytes).ShouldBe("""{"type":"ACK","seq":12}""");
        ReliabilityMessage.TryRead(JsonElement.Parse(bytes), out var message).ShouldBeTrue();
        message.ShouldBe(new(false, 12, default));
    }

    [Theory]
    [InlineData("""{"seq":1,"data":2,"type":"DATA","more":{}}""")]
    [InlineData("""{"type":"DATA","seq":1.0,"data":2}""")]
    [InlineData("""{"type":"DATA","seq":10e-1,"data":2}""")]
    [InlineData("""{"type":"ACK","type":"DATA","seq":5,"seq":1,"data":1,"data":2}""")]
    [InlineData("""{"t\u0079pe":"\u0044ATA","seq":1,"data":2}""")]
    [InlineData("""{"\ud800":0,"\ud800\ud800":0,"type":"DATA","seq":1,"data":2}""")]
    public void Read_InAnotherForm_IsTheSame(string json)
    {
        ReliabilityMessage.TryRead(JsonElement.Parse(json), out var message).ShouldBeTrue();
        (message.IsData, message.Seq, message.Data.GetInt32()).ShouldBe((true, 1, 2));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"DATA\"")]
    [InlineData("{}")]
    [InlineData("""{"type":"DATA","seq":0}""")]
    [InlineData("""{"type":"DATA","data":0}""")]
    [InlineData("""{"type":"DATA","seq":null,"data":0}""")]
    [InlineData("""{"type":"DATA","seq":"0","data":0}""")]
    [InlineData("""{"type":"DATA","seq":0.5,"data":0}""")]
    [InlineData("""{"type":"DATA","seq":-1,"data":0}""")]
    [InlineData("""{"type":"DATA","seq":9007199254740992,"data":0}""")]
    [InlineData("""{"type":"DATA","seq":1e400,"data":0}""")]
    [InlineData("""{"type":"data","seq":0,"data":0}""")]
    [InlineData("""{"type":"NACK","seq":0}""")]
    [InlineData("""{"type":null,"seq":0}""")]
    [InlineData("""{"type":"\ud800","seq":0}""")]
    [InlineData("""{"type":"ACK"}""")]
    public void Read_WhatIsNeither_IsIgnored(string json) => ReliabilityMessage.TryRead(JsonElement.Parse(json), out _).ShouldBeFalse();

    [Fact]
    public void Read_AnyJson_NeverThrows() =>
        Prop.ForAll(Checks.Seeds, seed => { ReliabilityMessage.TryRead(JsonElement.Parse(new RandomJson(seed).NewEnvelope()), out _); }).Check(Checks.Of(2000));
}
