using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Heliograph.Protocol.Routing;

namespace Heliograph.Protocol.Tests.Routing;

/// <summary>Frames as peers write and read them.</summary>
public sealed class PeerFrameTests
{
    [Fact]
    public void Message_ToBytesAndBack_IsTheSame()
    {
        var bytes = PeerFrameWriter.Message("c1", """{"a": "ü"}"""u8);

        Encoding.UTF8.GetString(bytes).ShouldBe("""{"type":"MESSAGE","channelId":"c1","message":{"a": "ü"}}""");
        var frame = Read(bytes);
        (frame.Type, frame.ChannelId, frame.Content.GetRawText(), frame.Authorized).ShouldBe((PeerFrame.Message, "c1", """{"a": "ü"}""", false));
    }

    [Theory]
    [InlineData("no", """{"code":"X_\"Y\"","message":"no"}""")]
    [InlineData(null, """{"code":"X_\"Y\""}""")]
    public void Error_ToBytesAndBack_IsTheSame(string? message, string error)
    {
        var bytes = PeerFrameWriter.Error("c1", "X_\"Y\"", message);

        Encoding.UTF8.GetString(bytes).ShouldBe($$"""{"type":"ERROR","channelId":"c1","error":{{error}}}""");
        var frame = Read(bytes);
        (frame.Type, frame.ChannelId, frame.ErrorCode, frame.ErrorMessage).ShouldBe((PeerFrame.Error, "c1", "X_\"Y\"", message));
    }

    [Theory]
    [InlineData("""{"type":"PING"}""", PeerFrame.Ping, "")]
    [InlineData("""{"type":"PONG","channelId":null}""", PeerFrame.Pong, "")]
    [InlineData("""{"channelId":"a","type":"PEER_CONNECTED"}""", PeerFrame.PeerConnected, "a")]
    [InlineData("""{"type":"PEER_OFFLINE","channelId":"a","more":[{}]}""", PeerFrame.PeerOffline, "a")]
    [InlineData(""" {"type":"X","type":"Y","channelId":1} """, "Y", "")]
    [InlineData("""{"type":"Y","channelId":"\ud800"}""", "Y", "")]
    [InlineData("""{"\ud800":1,"typ\ud800":1,"type":"Y"}""", "Y", "")]
    public void Read_OtherFrames_HaveTypeAndChannel(string text, string type, string channel)
    {
        var frame = Read(Encoding.UTF8.GetBytes(text));

        (frame.Type, frame.ChannelId, frame.Content.ValueKind, frame.ErrorCode).ShouldBe((type, channel, JsonValueKind.Undefined, null));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("null", false)]
    [InlineData("\"true\"", false)]
    [InlineData("1", false)]
    public void Read_Authorized_IsTrueForTrueAlone(string value, bool expected) =>
        Read(Encoding.UTF8.GetBytes($$"""{"type":"MESSAGE","channelId":"a","message":0,"authorized":{{value}}}""")).Authorized.ShouldBe(expected);

    [Theory]
    [InlineData("\"text\"")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"code":1,"message":{}}""")]
    [InlineData("""{"code":"\udc00","message":"\udc00"}""")]
    public void Read_ErrorOfAnotherForm_IsAnErrorWithoutACode(string error)
    {
        var frame = Read(Encoding.UTF8.GetBytes($$"""{"type":"ERROR","channelId":"a","error":{{error}}}"""));

        (frame.Type, frame.ErrorCode, frame.ErrorMessage).ShouldBe((PeerFrame.Error, null, null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"PING\"")]
    [InlineData("{}")]
    [InlineData("""{"type":1}""")]
    [InlineData("""{"type":"\ud800"}""")]
    [InlineData("""{"type":"PING"}{}""")]
    [InlineData("""{"type":"PING"}x""")]
    [InlineData("""{"type":"PING",}""")]
    [InlineData("""{"type":"PING"/**/}""")]
    [InlineData("""{'type':'PING'}""")]
    [InlineData("""{"type":"PING" """)]
    public void Read_WhatIsNoFrame_IsIgnored(string text) => PeerFrame.TryRead(Encoding.UTF8.GetBytes(text), out _).ShouldBeFalse();

    [Fact]
    public void Read_MessageThatNestsDeeply_IsRead()
    {
        var content = new string('[', 500) + new string(']', 500);

        Read(PeerFrameWriter.Message("a", Encoding.UTF8.GetBytes(content))).Content.GetRawText().ShouldBe(content);
    }

    [Fact]
    public void Read_NestedBeyondAllReason_IsIgnored() =>
        PeerFrame.TryRead(PeerFrameWriter.Message("a", Encoding.UTF8.GetBytes(new string('[', 100_000) + new string(']', 100_000))), out _).ShouldBeFalse();

    [Fact]
    public void Read_AnyJson_NeverThrows() =>
        Prop.ForAll(Checks.Seeds, seed => { PeerFrame.TryRead(Encoding.UTF8.GetBytes(new RandomJson(seed).NewEnvelope()), out _); }).Check(Checks.Of(2000));

    [Fact]
    public void Read_AnyBytes_NeverThrows() =>
        Prop.ForAll(Checks.Seeds, seed =>
        {
            var random = new Random(seed);
            var bytes = """{"type":"ERROR","channelId":"a\u0062","error":{"code":"\ud83d\udd11","message":"ü"},"message":[1]}"""u8.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);

            PeerFrame.TryRead(bytes, out _);
        }).Check(Checks.Of(4000));

    private static PeerFrame Read(byte[] bytes)
    {
        PeerFrame.TryRead(bytes, out var frame).ShouldBeTrue();
        return frame!;
    }
}
