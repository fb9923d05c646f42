using System.Text;
using Heliograph.Server.BesideHttp;
using Heliograph.Server.Relay.Opening;

namespace Heliograph.Server.Tests.BesideHttp;

/// <summary>What is recognised beside HTTP, and what is left to it.</summary>
public sealed class UpgradeRequestTests
{
    private const string Line = "GET /v1/signaling/wp-12345678/wd-1234567890123456?ticket=aB-_09 HTTP/1.1";

    private static readonly string[] Headers =
        ["Host: signal.example.com:8443", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"];

    [Fact]
    public void Request_OfAnSdk_IsRecognised()
    {
        string[] headers = [.. Headers, "Origin: null", "User-Agent: any (thing); at=all", "X-Forwarded-For: 10.0.0.1, ::1"];
        RequestHead.TryRead(Encoding.ASCII.GetBytes(Head(Line, headers)), out var head).ShouldBeTrue();
        UpgradeRequest.TryRead(head, out var request).ShouldBeTrue();

        request.Product.ShouldBe("wp-12345678");
        request.Device.ShouldBe("wd-1234567890123456");
        request.Ticket.ShouldBe("aB-_09");
        Encoding.ASCII.GetString(request.Key).ShouldBe("dGhlIHNhbXBsZSBub25jZQ==");
        Encoding.ASCII.GetString(request.ForwardedFor).ShouldBe("10.0.0.1, ::1");
    }

    [Theory]
    [InlineData("upgrade: WebSocket")]
    [InlineData("UPGRADE:\twebsocket \t")]
    [InlineData("Upgrade: h2c, websocket")]
    public void Upgrade_InAnySpelling_IsRecognised(string header) => IsRecognised(Line, With(1, header)).ShouldBeTrue();

    [Theory]
    [InlineData("GET /v1/signaling/wp-12345678/wd-1234567890123456?ticket=aB HTTP/1.0")]
    [InlineData("GET /v1/signaling/wp-12345678/wd-1234567890123456?ticket=aB HTTP/1.1 ")]
    [InlineData("GET /v1/signaling/wp-12345678/wd-1234567890123456?ticket= HTTP/1.1")]
    [InlineData("GET /v1/signaling/wp-12345678/wd-1234567890123456?ticket=a%42 HTTP/1.1")]
    [InlineData("GET /v1/signaling/wp-12345678/wd-1234567890123456?ticket=aB&x=1 HTTP/1.1")]
    [InlineData("GET /v1/signaling/wp-12345678/wd-1234567890123456?x=1&ticket=aB HTTP/1.1")]
    [InlineData("GET /v1/signaling/wp-12345678/wd-12345678901234%356?ticket=aB HTTP/1.1")]
    [InlineData("GET /v1/signaling/wp-12345678/x/wd-1234567890123456?ticket=aB HTTP/1.1")]
    [InlineData("GET /v1/signaling/wp-12345678?ticket=aB HTTP/1.1")]
    [InlineData("GET //v1/signaling/wp-12345678/wd-1234567890123456?ticket=aB HTTP/1.1")]
    [InlineData("GET http://a/v1/signaling/wp-12345678/wd-1234567890123456?ticket=aB HTTP/1.1")]
    [InlineData("POST /v1/signaling/wp-12345678/wd-1234567890123456?ticket=aB HTTP/1.1")]
    [InlineData("GET  /v1/signaling/wp-12345678/wd-1234567890123456?ticket=aB HTTP/1.1")]
    [InlineData("GET /v1/signaling/wp-12345678/wd-1234567890123456 HTTP/1.1")]
    public void RequestLine_OfAnyOtherForm_IsLeftToHttp(string line) => IsRecognised(line, Headers).ShouldBeFalse();

    [Theory]
    [InlineData(0, "Host: ")]
    [InlineData(0, "Host: a b")]
    [InlineData(0, "Host: a/b")]
    [InlineData(1, "Upgrade: websocket2")]
    [InlineData(2, "Connection: keep-alive")]
    [InlineData(3, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=")]
    [InlineData(3, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZWVl")]
    [InlineData(3, "Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!==")]
    [InlineData(4, "Sec-WebSocket-Version: 8")]
    [InlineData(4, "Sec-WebSocket-Version: 13, 8")]
    public void Header_ThatIsNotAsItMustBe_IsLeftToHttp(int index, string header) => IsRecognised(Line, With(index, header)).ShouldBeFalse();

    [Theory]
    [InlineData("Host: again")]
    [InlineData("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")]
    [InlineData("Content-Length: 0")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Expect: 100-continue")]
    [InlineData("Heliograph-Forwarded: x")]
    [InlineData(" folded: line")]
    [InlineData("no colon")]
    [InlineData(": no name")]
    [InlineData("Na me: x")]
    [InlineData("Name : x")]
    [InlineData("Name: a\u0001b")]
    [InlineData("Name: a\rb")]
    [InlineData("Name: a\nb")]
    [InlineData("Name: a\u007F")]
    public void Header_ThatAsksForMoreOrIsOdd_IsLeftToHttp(string header) => IsRecognised(Line, [.. Headers, header]).ShouldBeFalse();

    [Fact]
    public void Header_ThatIsMissing_IsLeftToHttp()
    {
        for (var i = 0; i < Headers.Length; i++)
            IsRecognised(Line, [.. Headers.Where((_, index) => index != i)]).ShouldBeFalse(Headers[i]);
    }

    [Fact]
    public void Headers_TooMany_AreLeftToHttp() =>
        IsRecognised(Line, [.. Headers, .. Enumerable.Range(0, 100).Select(i => $"X-{i}: y")]).ShouldBeFalse();

    [Fact]
    public void Bytes_ByChance_AreLeftToHttpWithoutFailing()
    {
        var random = new Random(6);
        var head = Encoding.ASCII.GetBytes(Head(Line, Headers));
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = head[..random.Next(head.Length + 1)];
            for (var n = random.Next(4); n > 0 && bytes.Length > 0; n--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            _ = RequestHead.TryRead(bytes, out var read) && UpgradeRequest.TryRead(read, out _);
            UpgradeRequest.MayBe(bytes);
        }
    }

    private static bool IsRecognised(string line, IEnumerable<string> headers) =>
        RequestHead.TryRead(Encoding.Latin1.GetBytes(Head(line, headers)), out var head) && UpgradeRequest.TryRead(head, out _);

    private static string Head(string line, IEnumerable<string> headers) => string.Join("\r\n", [line, .. headers]);

    private static string[] With(int index, string header) => [.. Headers.Select((x, i) => i == index ? header : x)];
}
