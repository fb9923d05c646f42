using System.Collections.Concurrent;
using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Sdk.Tests.Negotiation;
using Microsoft.Extensions.Logging;

namespace Heliograph.Sdk.Tests.Hosting;

/// <summary>The whole log of conversations, good ones and bad ones, at the finest level: nothing in it helps an attacker.</summary>
public sealed class LogSecrecyTests(ServiceFixture service)
{
    private const string Secret = "s3cret-between-peers";

    [Fact]
    public async Task Log_OfWholeConversations_HoldsNoSecret()
    {
        using var log = new LogCapture();
        using var factory = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        var registered = await service.CreateDeviceAsync();
        var tokens = new SeenTokens(registered.DeviceOptions.Tokens);
        var clientToken = registered.ClientToken();
        await using var device = new SignalingDevice(registered.DeviceOptions with { Tokens = tokens, LoggerFactory = factory });
        await device.ConnectAsync().WaitAsync(TestPeer.Patience);
        using var stop = new CancellationTokenSource();
        var serving = device.RunAsync((channel, end) => ServeAsync(device, channel, factory, end), stop.Token);
        var options = registered.ClientOptions with { AccessToken = clientToken, LoggerFactory = factory };

        await TalkAsync(options, Secret, factory);
        await TalkAsync(options, "another-s3cret", factory);
        await using (var denied = new SignalingClient(options with { DeviceId = "wd-0000000000000000" }))
            await Should.ThrowAsync<ServiceException>(() => denied.ConnectAsync().WaitAsync(TestPeer.Patience));
        await device.DisposeAsync();
        await serving.WaitAsync(TestPeer.Patience);

        log.Text.ShouldContain("The device's connection: Connected.");
        log.Text.ShouldContain(SignalingErrorCodes.VerificationError);
        log.Text.ShouldContain(nameof(FormatException));
        tokens.Seen.ShouldNotBeEmpty();
        foreach (var secret in (string[])["s3cret", "eyJ", "ticket", "ws://", "sdp-of-mine", "chat-of-mine", "candidate:", .. tokens.Seen, clientToken])
            log.Text.ShouldNotContain(secret, Case.Insensitive);
    }

    private static async Task ServeAsync(SignalingDevice device, SignalingChannel channel, ILoggerFactory factory, CancellationToken cancellationToken)
    {
        var transport = MessageTransport.ForDevice(device, channel, MessageSecurity.SharedSecret(Secret));
        using var negotiation = new PerfectNegotiation(new FakePeerConnection("device"), transport, isPolite: true, factory)
        {
            OnApplicationMessage = async (message, stop) => await transport.SendAsync(message, stop),
        };
        await negotiation.RunAsync(cancellationToken);
    }

    /// <summary>Says what a client says, among it what the device can't use.</summary>
    private static async Task TalkAsync(SignalingClientOptions options, string secret, ILoggerFactory factory)
    {
        await using var client = new SignalingClient(options);
        await client.ConnectAsync().WaitAsync(TestPeer.Patience);
        var transport = MessageTransport.ForClient(client, MessageSecurity.SharedSecret(secret));
        var echo = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var peer = new FakePeerConnection("client");
        using var negotiation = new PerfectNegotiation(peer, transport, isPolite: false, factory)
        {
            OnApplicationMessage = (_, _) =>
            {
                echo.TrySetResult();
                return Task.CompletedTask;
            },
        };
        var running = negotiation.RunAsync();
        try
        {
            await transport.SendAsync(SignalingMessage.Of(new SessionDescription("offer", "sdp-of-mine")));
            await transport.SendAsync(SignalingMessage.Of(new IceCandidate("candidate:of mine")));
            peer.AddTrack("video");
            await transport.SendAsync(SignalingMessage.Of(JsonElement.Parse("\"chat-of-mine\"")));
            await echo.Task.WaitAsync(TestPeer.Patience);
        }
        catch (ChannelException error)
        {
            error.Code.ShouldBe(SignalingErrorCodes.VerificationError);
        }

        await client.DisposeAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(TestPeer.Patience);
    }

    private sealed class SeenTokens(ITokenProvider inner) : ITokenProvider
    {
        public ConcurrentQueue<string> Seen { get; } = new();

        public async ValueTask<string> GetTokenAsync(CancellationToken cancellationToken)
        {
            var token = await inner.GetTokenAsync(cancellationToken);
            Seen.Enqueue(token);
            return token;
        }
    }
}
