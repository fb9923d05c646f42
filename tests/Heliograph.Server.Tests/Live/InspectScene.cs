using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Protocol.Reliability;
using Heliograph.Protocol.Signing;
using Heliograph.Protocol.WebRtc;
using Heliograph.Server.Hosting;
using Heliograph.Server.Tests.Console;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Live;

/// <summary>A device that somebody inspects.</summary>
internal sealed class InspectScene : IAsyncDisposable
{
    public const string Fingerprint = "12:34:56:78:9A:BC:DE:F0";
    public const string Fragment = "uFr4g";

    public const string Offer =
        "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=fingerprint:sha-256 " + Fingerprint + "\r\n"
        + "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:" + Fragment + "\r\na=ice-pwd:s3cretPassword\r\n"
        + "a=rtpmap:96 H264/90000\r\na=rtpmap:97 rtx/90000\r\na=rtpmap:98 VP8/90000\r\n"
        + "a=candidate:1 1 udp 2122260223 192.168.17.4 51000 typ host generation 0\r\n"
        + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\n";

    private InspectScene(TestService service, DeviceAddress device)
    {
        Service = service;
        Device = device;
    }

    public TestService Service { get; }

    public DeviceAddress Device { get; }

    public SigningKey Key { get; private init; } = null!;

    public string Page => $"/console/products/{Device.Product}/devices/{Device.Device}/inspect";

    public string Stream => Page + "/stream";

    public static async Task<InspectScene> StartAsync(Action<Settings>? configure = null)
    {
        var service = await TestService.StartAsync(configure);
        var key = new SigningKey();
        return new(service, await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key)) { Key = key };
    }

    public Task<TestPeer> OpenDeviceAsync() => Service.Api.OpenDeviceAsync(Device, Key);

    /// <summary>Somebody of the operator's organization who may only look.</summary>
    public async Task<ConsoleVisitor> SignInViewerAsync()
    {
        var answer = await Service.Api.ManageAsync(HttpMethod.Post, "/v1/apikeys", new JsonObject { ["scopes"] = new JsonArray("read") });
        return await ConsoleVisitor.SignInAsync(Service, answer.Require(System.Net.HttpStatusCode.OK).Text("key"));
    }

    /// <summary>A message of the WebRTC layer in all layers below it.</summary>
    public static string Message(long seq, SignalingMessage message, MessageSigner signer) =>
        System.Text.Encoding.UTF8.GetString(ReliabilityMessage.WriteData(seq, signer.Sign(SignalingMessageJson.Write(message))));

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        Key.Dispose();
    }
}
