using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Heliograph.Protocol.Signing;
using Heliograph.Protocol.Tests.Routing;
using Heliograph.Protocol.WebRtc;

namespace Heliograph.Protocol.Tests.WebRtc;

public sealed class SignalingMessageJsonTests
{
    private const string Line = "candidate:1 1 udp 1 192.0.2.1 9 typ host";

    public static TheoryData<string, SignalingMessage> Golden => new()
    {
        { """{"type":"SETUP_REQUEST"}""", new SetupRequestMessage() },
        { """{"type":"SETUP_RESPONSE","iceServers":[]}""", new SetupResponseMessage([]) },
        { """{"type":"DESCRIPTION","description":{"type":"offer","sdp":"v=0\r\ns=\"ü\" <+>\r\n"}}""", SignalingMessage.Of(new SessionDescription("offer", "v=0\r\ns=\"ü\" <+>\r\n")) },
        { """{"type":"DESCRIPTION","description":{"type":"rollback","sdp":""}}""", SignalingMessage.Of(new SessionDescription("rollback", "")) },
        { $$$"""{"type":"CANDIDATE","candidate":{"candidate":"{{{Line}}}"}}""", SignalingMessage.Of(new IceCandidate(Line)) },
        { $$$"""{"type":"CANDIDATE","candidate":{"candidate":"{{{Line}}}","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"ab+/"}}""", SignalingMessage.Of(new IceCandidate(Line, "0", 0, "ab+/")) },
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public void Message_ToBytesAndBack_IsTheSame(string json, SignalingMessage message)
    {
        Encoding.UTF8.GetString(SignalingMessageJson.Write(message)).ShouldBe(json);
        var read = Read(json);
        if (read is SetupResponseMessage { IceServers: var servers })
            servers.ShouldBeEmpty();
        else
            read.ShouldBe(message);
    }

    [Fact]
    public void IceServers_ToBytesAndBack_AreTheSame()
    {
        const string json = """{"type":"SETUP_RESPONSE","iceServers":[{"urls":["stun:a"]},{"urls":["turn:a?transport=udp","turns:b"],"username":"1:ü","credential":"a+/="}]}""";
        SetupResponseMessage message = new([new(["stun:a"]), new(["turn:a?transport=udp", "turns:b"], "1:ü", "a+/=")]);

        Encoding.UTF8.GetString(SignalingMessageJson.Write(message)).ShouldBe(json);
        var read = Read(json).ShouldBeOfType<SetupResponseMessage>();

        read.IceServers.Count.ShouldBe(2);
        read.IceServers[0].Urls.ShouldBe(["stun:a"]);
        (read.IceServers[0].Username, read.IceServers[0].Credential).ShouldBe((null, null));
        read.IceServers[1].Urls.ShouldBe(["turn:a?transport=udp", "turns:b"]);
        (read.IceServers[1].Username, read.IceServers[1].Credential).ShouldBe(("1:ü", "a+/="));
    }

    [Theory]
    [InlineData("""{"type":"SETUP_RESPONSE"}""", 0)]
    [InlineData("""{"type":"SETUP_RESPONSE","iceServers":null}""", 0)]
    [InlineData("""{"type":"SETUP_RESPONSE","iceServers":{}}""", 0)]
    [InlineData("""{"type":"SETUP_RESPONSE","iceServers":[null,1,"stun:a",{},{"urls":null},{"urls":[]},{"urls":[1,null]},{"urls":"\ud800"}]}""", 0)]
    [InlineData("""{"type":"SETUP_RESPONSE","iceServers":[{"urls":"stun:a"}]}""", 1)]
    [InlineData("""{"type":"SETUP_RESPONSE","iceServers":[{"urls":[1,"stun:a","\ud800"],"username":null,"credential":5}]}""", 1)]
    public void IceServers_OfAnotherForm_AreReadAsFarAsTheyGo(string json, int count)
    {
        var servers = Read(json).ShouldBeOfType<SetupResponseMessage>().IceServers;

        servers.Count.ShouldBe(count);
        servers.ShouldAllBe(server => server.Urls.Count == 1 && server.Urls[0] == "stun:a" && server.Username == null && server.Credential == null);
    }

    [Theory]
    [InlineData("""{"type":"CANDIDATE","candidate":{"candidate":"c","sdpMid":null,"sdpMLineIndex":null,"usernameFragment":null}}""")]
    [InlineData("""{"type":"CANDIDATE","candidate":{"candidate":"c","sdpMid":1,"sdpMLineIndex":"0","usernameFragment":{}}}""")]
    [InlineData("""{"type":"CANDIDATE","candidate":{"candidate":"c","sdpMLineIndex":-1}}""")]
    [InlineData("""{"type":"CANDIDATE","candidate":{"candidate":"c","sdpMLineIndex":4294967296}}""")]
    [InlineData("""{"type":"CANDIDATE","candidate":{"candidate":"c","sdpMLineIndex":0.5}}""")]
    public void Candidate_OptionalFieldsNullOrOfAnotherForm_AreNotThere(string json) =>
        Read(json).ShouldBe(SignalingMessage.Of(new IceCandidate("c")));

    [Theory]
    [InlineData("""{"type":"CANDIDATE","candidate":null}""")]
    [InlineData("""{"type":"CANDIDATE","candidate":{}}""")]
    [InlineData("""{"type":"CANDIDATE","candidate":{"candidate":""}}""")]
    [InlineData("""{"type":"CANDIDATE","candidate":{"candidate":null}}""")]
    public void Candidate_WithoutALine_IsTheEndOfCandidates(string json) => Read(json).ShouldBe(SignalingMessage.Of(new IceCandidate("")));

    [Theory]
    [InlineData("""{"type":"DESCRIPTION","description":{"type":"rollback"}}""")]
    [InlineData("""{"type":"DESCRIPTION","description":{"type":"rollback","sdp":null}}""")]
    public void Description_RollbackWithoutSdp_IsRead(string json) => Read(json).ShouldBe(SignalingMessage.Of(new SessionDescription("rollback", "")));

    [Theory]
    [InlineData("""{"type":"DESCRIPTION"}""")]
    [InlineData("""{"type":"DESCRIPTION","description":null}""")]
    [InlineData("""{"type":"DESCRIPTION","description":"offer"}""")]
    [InlineData("""{"type":"DESCRIPTION","description":{"sdp":"v=0"}}""")]
    [InlineData("""{"type":"DESCRIPTION","description":{"type":"offer"}}""")]
    [InlineData("""{"type":"DESCRIPTION","description":{"type":"offer","sdp":null}}""")]
    [InlineData("""{"type":"DESCRIPTION","description":{"type":"offer","sdp":"\ud800"}}""")]
    [InlineData("""{"type":"CANDIDATE"}""")]
    [InlineData("""{"type":"CANDIDATE","candidate":"candidate:1"}""")]
    [InlineData("""{"type":"CANDIDATE","candidate":[]}""")]
    public void Message_WithoutWhatItsTypeNeeds_IsDecodeError(string json) =>
        Should.Throw<MessageRejectedException>(() => Read(json)).Code.ShouldBe(PeerErrorCodes.DecodeError);

    [Theory]
    [InlineData("null")]
    [InlineData("\"SETUP_REQUEST\"")]
    [InlineData("""[1, {"type":"DESCRIPTION"}]""")]
    [InlineData("""{"type":"CHAT","text":"grün 🔑 <&>"}""")]
    [InlineData("""{"type":5}""")]
    [InlineData("""{"type":"\ud800"}""")]
    [InlineData("""{"type":"setup_request"}""")]
    [InlineData("""{"description":{"type":"offer","sdp":""}}""")]
    public void Message_OfAnotherType_IsTheApplications(string json) =>
        Read(json).ShouldBeOfType<ApplicationMessage>().Content.GetRawText().ShouldBe(json);

    [Fact]
    public void Application_DeepOrWithLineBreaks_IsWrittenCompactly()
    {
        var nested = string.Concat(Enumerable.Repeat("[ \n", 500)) + string.Concat(Enumerable.Repeat("] ", 500));
        var json = JsonElement.Parse(nested, new() { MaxDepth = 1000 });

        Encoding.UTF8.GetString(SignalingMessageJson.Write(SignalingMessage.Of(json))).ShouldBe(new string('[', 500) + new string(']', 500));
    }

    [Fact]
    public void Application_WithNoJsonOrWithHalfASurrogatePair_CanNotBeWritten()
    {
        Should.Throw<ArgumentException>(() => SignalingMessageJson.Write(SignalingMessage.Of(default(JsonElement))));
        Should.Throw<ArgumentException>(() => SignalingMessageJson.Write(SignalingMessage.Of(JsonElement.Parse("\"\\ud800\""))));
    }

    [Fact]
    public void ToString_OfMessages_HasNoContent()
    {
        SignalingMessage.Of(new SessionDescription("offer", "v=0 s3cret")).ToString().ShouldNotContain("s3cret");
        SignalingMessage.Of(new IceCandidate("192.0.2.1", UsernameFragment: "s3cret")).ToString().ShouldNotContain("s3cret");
        new SetupResponseMessage([new(["turn:a"], "user", "s3cret")]).ToString().ShouldNotContain("s3cret");
        new IceServer(["turn:a"], "user", "s3cret").ToString().ShouldNotContain("s3cret");
    }

    [Fact]
    public void Read_AnyJson_IsTakenOrDecodeError() =>
        Prop.ForAll(Checks.Seeds, seed =>
        {
            var json = new RandomJson(seed).NewEnvelope();
            foreach (var type in (string[])["DESCRIPTION", "CANDIDATE", "SETUP_RESPONSE"])
            {
                var message = $$"""{"type":"{{type}}","description":{{json}},"candidate":{{json}},"iceServers":[{{json}},{"urls":{{json}}}]}""";
                try
                {
                    Read(message);
                }
                catch (MessageRejectedException error)
                {
                    error.Code.ShouldBe(PeerErrorCodes.DecodeError);
                }
            }
        }).Check(Checks.Of(3000));

    private static SignalingMessage Read(string json) => SignalingMessageJson.Read(JsonElement.Parse(json));
}
