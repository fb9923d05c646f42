using System.Text;
using Heliograph.Server.BesideHttp;
using Heliograph.Server.Connect;

namespace Heliograph.Server.Tests.BesideHttp;

/// <summary>Which connect calls are recognised beside HTTP, and which are left to it.</summary>
public sealed class ConnectRequestHeadTests
{
    private const string Line = "POST /v1/device/connect HTTP/1.1";

    private static readonly string[] Headers = ["Host: signal.example.com", "Content-Type: application/json", "Content-Length: 71", "Authorization: Bearer a.b.c"];

    [Fact]
    public void Call_OfAnSdk_IsRecognised()
    {
        string[] headers = [.. Headers, "Accept: */*", "User-Agent: any (thing)", "X-Forwarded-For: 10.0.0.1"];
        RequestHead.TryRead(Encoding.ASCII.GetBytes(Head(Line, headers)), out var head).ShouldBeTrue();
        ConnectRequestHead.TryRead(head, out var call).ShouldBeTrue();

        call.Name.ShouldBe("device/connect");
        call.BodyLength.ShouldBe(71);
        call.IsLast.ShouldBeFalse();
        call.HasForwardedUrl.ShouldBeFalse();
        Encoding.ASCII.GetString(call.Authorization).ShouldBe("Bearer a.b.c");
        Encoding.ASCII.GetString(call.ForwardedFor).ShouldBe("10.0.0.1");
        Encoding.ASCII.GetString(head.Host).ShouldBe("signal.example.com");
    }

    [Theory]
    [InlineData("POST /v1/client/connect HTTP/1.1", "client/connect")]
    [InlineData("POST /v1/ice-servers HTTP/1.1", "ice-servers")]
    public void Calls_AreTheProtocolsThree(string line, string name)
    {
        RequestHead.TryRead(Encoding.ASCII.GetBytes(Head(line, Headers)), out var head).ShouldBeTrue();
        ConnectRequestHead.TryRead(head, out var call).ShouldBeTrue();
        call.Name.ShouldBe(name);
    }

    [Theory]
    [InlineData("Connection: close", true)]
    [InlineData("connection: Close", true)]
    [InlineData("Connection: keep-alive", false)]
    [InlineData("Connection: Keep-Alive", false)]
    public void Connection_EndsWhereItIsToEnd(string header, bool isLast)
    {
        RequestHead.TryRead(Encoding.ASCII.GetBytes(Head(Line, [.. Headers, header])), out var head).ShouldBeTrue();
        ConnectRequestHead.TryRead(head, out var call).ShouldBeTrue();
        call.IsLast.ShouldBe(isLast);
    }

    [Theory]
    [InlineData("POST //v1/device/connect HTTP/1.1")]
    [InlineData("POST /v1/device/connect/ HTTP/1.1")]
    [InlineData("POST /v1/device/connect?x=1 HTTP/1.1")]
    [InlineData("POST /v1/device%2Fconnect HTTP/1.1")]
    [InlineData("POST /V1/device/connect HTTP/1.1")]
    [InlineData("POST /v1/webrtc/products HTTP/1.1")]
    [InlineData("POST http://a/v1/device/connect HTTP/1.1")]
    [InlineData("POST /v1/device/connect HTTP/1.0")]
    [InlineData("POST  /v1/device/connect HTTP/1.1")]
    [InlineData("POST /v1/device/connect  HTTP/1.1")]
    [InlineData("OPTIONS /v1/device/connect HTTP/1.1")]
    [InlineData("GET /v1/device/connect HTTP/1.1")]
    [InlineData("post /v1/device/connect HTTP/1.1")]
    public void RequestLine_OfAnyOtherForm_IsLeftToHttp(string line) => IsRecognised(line, Headers).ShouldBeFalse();

    [Theory]
    [InlineData("Content-Length: ")]
    [InlineData("Content-Length: -1")]
    [InlineData("Content-Length: +1")]
    [InlineData("Content-Length: 1x")]
    [InlineData("Content-Length: 1, 1")]
    [InlineData("Content-Length: 16385")]
    [InlineData("Content-Length: 99999999999999999999")]
    [InlineData("Transfer-Encoding: chunked")]
    public void Length_ThatIsNotPlain_IsLeftToHttp(string header) =>
        IsRecognised(Line, [.. Headers.Where(x => !x.StartsWith("Content-Length", StringComparison.Ordinal)), header]).ShouldBeFalse();

    [Theory]
    [InlineData("Content-Length: 71")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Expect: 100-continue")]
    [InlineData("Content-Encoding: gzip")]
    [InlineData("Origin: https://app.example.com")]
    [InlineData("Upgrade: h2c")]
    [InlineData("Connection: upgrade")]
    [InlineData("Connection: close, te")]
    [InlineData("Heliograph-Forwarded: x")]
    [InlineData("Authorization: Bearer again")]
    [InlineData("Host: again")]
    [InlineData(" folded: line")]
    public void Header_ThatAsksForMoreOrIsOdd_IsLeftToHttp(string header) => IsRecognised(Line, [.. Headers, header]).ShouldBeFalse();

    private static bool IsRecognised(string line, IEnumerable<string> headers) =>
        RequestHead.TryRead(Encoding.Latin1.GetBytes(Head(line, headers)), out var head) && ConnectRequestHead.TryRead(head, out _);

    private static string Head(string line, IEnumerable<string> headers) => string.Join("\r\n", [line, .. headers]);
}
