using System.Text;
using Heliograph.Protocol.Routing;

namespace Heliograph.Protocol.Tests.Routing;

/// <summary>Envelopes as peers write them, and as they should not.</summary>
public sealed class EnvelopeTests
{
    private const string Channel = "\"8d3f0b6c2a9e4d1f8d3f0b6c2a9e4d1f\"";

    [Theory]
    [InlineData("""{"type":"PING"}""", RoutingType.Ping)]
    [InlineData("""{"type":"PONG"}""", RoutingType.Pong)]
    [InlineData(""" { "x" : [1,{}] , "type" : "PING" } """, RoutingType.Ping)]
    [InlineData("""{"t\u0079pe":"P\u0049NG"}""", RoutingType.Ping)]
    public void TryRead_OfPingOrPong_IsThat(string text, RoutingType type) =>
        EnvelopeText.Read(text).ShouldBe(new(EnvelopeProblem.None, type, "", "", "", ""));

    [Theory]
    [InlineData("1")]
    [InlineData("\"text\"")]
    [InlineData("false")]
    [InlineData("[]")]
    [InlineData("""{ "b" : 1.50e+2,"ü":"\u0041\/" , "a":[null, true ] }""")]
    public void TryRead_OfMessage_KeepsItByteForByte(string message) =>
        EnvelopeText.Read($$"""{"type":"MESSAGE","channelId":{{Channel}},"message": {{message}} }""")
            .ShouldBe(new(EnvelopeProblem.None, RoutingType.Message, Channel, message, "", ""));

    [Fact]
    public void TryRead_WithDuplicateKeys_TakesTheLast() =>
        EnvelopeText.Read($$"""{"type":"PING","message":1,"channelId":"x","type":"MESSAGE","m\u0065ssage":2,"channelId":{{Channel}}}""")
            .ShouldBe(new(EnvelopeProblem.None, RoutingType.Message, Channel, "2", "", ""));

    [Theory]
    [InlineData("""{"type":"MESSAGE","type":5,"channelId":"c","message":1}""", EnvelopeProblem.NoType)]
    [InlineData("""{"type":"MESSAGE","type":"X","channelId":"c","message":1}""", EnvelopeProblem.UnknownType)]
    [InlineData("""{"type":"MESSAGE","channelId":"c","message":1,"message":null}""", EnvelopeProblem.MissingField)]
    [InlineData("""{"type":"MESSAGE","channelId":"c","message":1,"channelId":null}""", EnvelopeProblem.MissingField)]
    [InlineData("""{"type":"ERROR","channelId":"c","error":{"code":"A"},"error":{}}""", EnvelopeProblem.MissingField)]
    [InlineData("""{"type":"ERROR","channelId":"c","error":{"code":"A"},"error":1}""", EnvelopeProblem.MissingField)]
    [InlineData("""{"type":"ERROR","channelId":"c","error":{"code":"A","code":2}}""", EnvelopeProblem.MissingField)]
    public void TryRead_WithADuplicateThatIsWrong_TakesTheLastAllTheSame(string text, EnvelopeProblem problem) =>
        EnvelopeText.Read(text).Problem.ShouldBe(problem);

    [Theory]
    [InlineData("""{"authorized":true,"type":"MESSAGE","channelId":"c","message":1}""")]
    [InlineData("""{"type":"MESSAGE","channelId":"c","message":1,"authorized":true}""")]
    [InlineData("""{"type":"MESSAGE","channelId":"c","message":1,"\u0061uthorized":true}""")]
    [InlineData("""{"type":"MESSAGE","channelId":"c","authorized":false,"message":1,"authorized":true,"x":{"authorized":true}}""")]
    public void TryRead_OfForgedAuthorized_DropsIt(string text) =>
        EnvelopeText.Read(text).ShouldBe(new(EnvelopeProblem.None, RoutingType.Message, "\"c\"", "1", "", ""));

    [Fact]
    public void TryRead_OfMessageWithErrorInstead_IsAnError() =>
        EnvelopeText.Read("""{"type":"MESSAGE","channelId":"c","error":{"message":"m","code":"A","x":[1]}}""")
            .ShouldBe(new(EnvelopeProblem.None, RoutingType.Error, "\"c\"", "", "\"A\"", "\"m\""));

    [Fact]
    public void TryRead_OfMessageWithBoth_IsAMessage() =>
        EnvelopeText.Read("""{"type":"MESSAGE","channelId":"c","error":{"code":"A"},"message":{}}""").Type.ShouldBe(RoutingType.Message);

    [Fact]
    public void TryRead_OfFlatError_IsAnError() =>
        EnvelopeText.Read("""{"errorMessage":"m","type":"ERROR","channelId":"c","errorCode":"A"}""")
            .ShouldBe(new(EnvelopeProblem.None, RoutingType.Error, "\"c\"", "", "\"A\"", "\"m\""));

    [Theory]
    [InlineData("""{"type":"ERROR","channelId":"c","error":{"code":"A","message":null}}""")]
    [InlineData("""{"type":"ERROR","channelId":"c","error":{"code":"A","message":{"deep":1}}}""")]
    [InlineData("""{"type":"ERROR","channelId":"c","error":{"code":"A"},"message":"not the error's"}""")]
    public void TryRead_OfErrorWithoutMessage_HasNone(string text)
    {
        var read = EnvelopeText.Read(text);
        (read.Problem, read.ErrorCode, read.ErrorMessage).ShouldBe((EnvelopeProblem.None, "\"A\"", ""));
    }

    [Theory]
    [InlineData("""{"type":"MESSAGE","channelId":"c"}""")]
    [InlineData("""{"type":"MESSAGE","channelId":"c","message":null}""")]
    [InlineData("""{"type":"MESSAGE","message":1}""")]
    [InlineData("""{"type":"MESSAGE","channelId":5,"message":1}""")]
    [InlineData("""{"type":"MESSAGE","channelId":["c"],"message":1}""")]
    [InlineData("""{"type":"MESSAGE","channelId":"c","error":null}""")]
    [InlineData("""{"type":"ERROR","channelId":"c"}""")]
    [InlineData("""{"type":"ERROR","channelId":"c","error":"A"}""")]
    [InlineData("""{"type":"ERROR","channelId":"c","error":{"code":null}}""")]
    [InlineData("""{"type":"ERROR","channelId":"c","message":1}""")]
    public void TryRead_WithoutWhatItsTypeNeeds_IsMissingAField(string text) => EnvelopeText.Read(text).Problem.ShouldBe(EnvelopeProblem.MissingField);

    [Theory]
    [InlineData("{}", EnvelopeProblem.NoType)]
    [InlineData("""{"Type":"PING"}""", EnvelopeProblem.NoType)]
    [InlineData("""{"type":null}""", EnvelopeProblem.NoType)]
    [InlineData("""{"type":{"type":"PING"}}""", EnvelopeProblem.NoType)]
    [InlineData("""{"type":"ping"}""", EnvelopeProblem.UnknownType)]
    [InlineData("""{"type":"PEER_CONNECTED","channelId":"c"}""", EnvelopeProblem.UnknownType)]
    [InlineData("""{"type":""}""", EnvelopeProblem.UnknownType)]
    [InlineData("[]", EnvelopeProblem.NotObject)]
    [InlineData("[{\"type\":\"PING\"}]", EnvelopeProblem.NotObject)]
    [InlineData("null", EnvelopeProblem.NotObject)]
    [InlineData("\"PING\"", EnvelopeProblem.NotObject)]
    [InlineData("", EnvelopeProblem.NotJson)]
    [InlineData(" ", EnvelopeProblem.NotJson)]
    [InlineData("{", EnvelopeProblem.NotJson)]
    [InlineData("PING", EnvelopeProblem.NotJson)]
    [InlineData("""{"type":"PING"}x""", EnvelopeProblem.NotJson)]
    [InlineData("""{"type":"PING"}{}""", EnvelopeProblem.NotJson)]
    [InlineData("""{"type":"PING"},""", EnvelopeProblem.NotJson)]
    [InlineData("[] []", EnvelopeProblem.NotJson)]
    [InlineData("1 2", EnvelopeProblem.NotJson)]
    [InlineData("""{"type":"PING",}""", EnvelopeProblem.NotJson)]
    [InlineData("""{"type":"PING"/**/}""", EnvelopeProblem.NotJson)]
    [InlineData("""{'type':'PING'}""", EnvelopeProblem.NotJson)]
    [InlineData("""{"type":"PING","x":01}""", EnvelopeProblem.NotJson)]
    [InlineData("""{"type":"PING","x":NaN}""", EnvelopeProblem.NotJson)]
    [InlineData("""{"type":"PING","x":"\x"}""", EnvelopeProblem.NotJson)]
    [InlineData("\uFEFF{\"type\":\"PING\"}", EnvelopeProblem.NotJson)]
    [InlineData("{\"type\":\"PING\"}\0", EnvelopeProblem.NotJson)]
    [InlineData("{\"type\":\"PING\",\"x\":\"\n\"}", EnvelopeProblem.NotJson)]
    public void TryRead_OfWhatIsNone_SaysWhy(string text, EnvelopeProblem problem) => EnvelopeText.Read(text).ShouldBe(EnvelopeText.Of(problem));

    [Theory]
    [InlineData('[', ']')]
    [InlineData('{', '}')]
    public void TryRead_NestedDeeply_KeepsTheMessage(char open, char close)
    {
        const int levels = 30_000;
        var inner = open == '[' ? "[" : "{\"a\":";
        var message = string.Concat(Enumerable.Repeat(inner, levels)) + "1" + new string(close, levels);

        EnvelopeText.Read($$"""{"type":"MESSAGE","channelId":"c","message":{{message}}}""").Message.ShouldBe(message);
        EnvelopeText.Read($$"""{"type":"MESSAGE","channelId":"c","message":1,"x":{{message}}}""").Message.ShouldBe("1");
        EnvelopeText.Read($$"""{"type":{{message}}}""").Problem.ShouldBe(EnvelopeProblem.NoType);
        EnvelopeText.Read(message[..^1]).Problem.ShouldBe(EnvelopeProblem.NotJson);
    }

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void TryRead_NestedInBothWays_KnowsWhichIsOpen(int levels)
    {
        var opens = string.Concat(Enumerable.Range(0, levels).Select(i => i % 3 == 0 ? "{\"a\":" : "["));
        var closes = string.Concat(Enumerable.Range(0, levels).Reverse().Select(i => i % 3 == 0 ? "}" : "]"));
        var message = $"{opens}1{closes}";

        EnvelopeText.Read($$"""{"type":"MESSAGE","channelId":"c","message":{{message}},"x":[{{message}}]}""").Message.ShouldBe(message);
        for (var i = 0; i < levels; i++)
        {
            var wrong = closes.ToCharArray();
            wrong[i] = wrong[i] == ']' ? '}' : ']';
            EnvelopeText.Read($$"""{"type":"MESSAGE","channelId":"c","message":{{opens}}1{{new string(wrong)}}}""").Problem.ShouldBe(EnvelopeProblem.NotJson);
        }
    }

    [Theory]
    [InlineData(Channel, true)]
    [InlineData("\"8D3F0B6C2A9E4D1F8D3F0B6C2A9E4D1F\"", true)]
    [InlineData("\"\"", false)]
    [InlineData("\"c\"", false)]
    [InlineData("\"8d3f0b6c2a9e4d1f8d3f0b6c2a9e4d1g\"", false)]
    public void TryGetChannel_OfAnId_TakesTheServicesForm(string id, bool expected)
    {
        var text = Encoding.UTF8.GetBytes($$"""{"type":"MESSAGE","channelId":{{id}},"message":1}""");

        Envelope.TryRead(text, out var envelope).ShouldBe(EnvelopeProblem.None);
        envelope.TryGetChannel(out var channel).ShouldBe(expected);
        if (expected)
            $"\"{channel}\"".ShouldBe(Channel);
    }

    [Fact]
    public void TryGetChannel_OfAnIdWithEscapes_IsTheSameId()
    {
        // The same string for every JSON reader.
        var text = Encoding.UTF8.GetBytes("""{"type":"MESSAGE","channelId":"\u0038d3f0b6c2a9e4d1f8d3f0b6c2a9e4d1\u0066","message":1}""");

        Envelope.TryRead(text, out var envelope).ShouldBe(EnvelopeProblem.None);

        envelope.TryGetChannel(out var channel).ShouldBeTrue();
        $"\"{channel}\"".ShouldBe(Channel);
    }

    [Theory]
    [InlineData("""{"type":"MESSAGE","channelId":"\ud800","message":"\udc00"}""", EnvelopeProblem.None)]
    [InlineData("""{"type":"MESSAGE","\ud800":1,"channelId":"c","message":1}""", EnvelopeProblem.None)]
    [InlineData("""{"type":"MESSAGE","channelId":"c","message":{"\ud800":1}}""", EnvelopeProblem.None)]
    [InlineData("""{"type":"ERROR","channelId":"c","error":{"\ud800":1,"code":"A"}}""", EnvelopeProblem.None)]
    [InlineData("""{"type":"\ud800"}""", EnvelopeProblem.UnknownType)]
    public void TryRead_WithALoneSurrogate_TakesItAsAnyOtherText(string text, EnvelopeProblem problem)
    {
        EnvelopeText.Read(text).Problem.ShouldBe(problem);

        Envelope.TryRead(Encoding.UTF8.GetBytes(text), out var envelope);
        if (problem == EnvelopeProblem.None)
            envelope.TryGetChannel(out _).ShouldBeFalse();
    }

    [Fact]
    public void TryRead_WithEscapes_AllocatesNothing()
    {
        var text = Encoding.UTF8.GetBytes(
            """{"t\u0079pe":"M\u0045SSAGE","\u0061uthorized":1,"error":{"c\u006fde":"A"},"ch\u0061nnelId":"\u0038d3f0b6c2a9e4d1f8d3f0b6c2a9e4d1\u0066","message":1}""");
        Read(text);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Read(text);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        static void Read(byte[] text)
        {
            if (Envelope.TryRead(text, out var envelope) != EnvelopeProblem.None || !envelope.TryGetChannel(out _))
                throw new InvalidOperationException("It was not understood.");
        }
    }
}
