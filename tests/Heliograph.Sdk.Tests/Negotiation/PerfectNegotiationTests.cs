using System.Text.Json;
using Heliograph.Protocol;

namespace Heliograph.Sdk.Tests.Negotiation;

/// <summary>Perfect negotiation on both sides, over the real service.</summary>
public sealed class PerfectNegotiationTests(ServiceFixture service) : IAsyncLifetime
{
    private static readonly MessageSecurity Secret = MessageSecurity.SharedSecret("open sesame");

    private readonly FakePeerConnection _devicePeer = new("device");
    private readonly FakePeerConnection _clientPeer = new("client");
    private readonly List<Exception> _failures = [];
    private readonly List<ApplicationMessage> _heard = [];
    private readonly CancellationTokenSource _stop = new();
    private SdkPair _pair = null!;
    private MessageTransport _deviceSide = null!;
    private MessageTransport _clientSide = null!;
    private PerfectNegotiation _device = null!;
    private PerfectNegotiation _client = null!;

    public async ValueTask InitializeAsync()
    {
        _pair = await SdkPair.ConnectAsync(service);
        (_deviceSide, _clientSide) = await _pair.SetUpAsync(Secret, Secret);
        _device = Create(_devicePeer, _deviceSide, isPolite: true);
        _client = Create(_clientPeer, _clientSide, isPolite: false);
    }

    public async ValueTask DisposeAsync()
    {
        _device.Dispose();
        _client.Dispose();
        await _pair.DisposeAsync();
        _stop.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OneOffers_TheOtherAnswers_AndCandidatesPassBothWays(bool deviceOffers)
    {
        var running = RunBoth();

        (deviceOffers ? _devicePeer : _clientPeer).AddTrack("video");

        await SettledAsync();
        (deviceOffers ? _clientPeer : _devicePeer).RemoteDescriptions.Single().ShouldStartWith("offer ");
        (deviceOffers ? _devicePeer : _clientPeer).RemoteDescriptions.Single().ShouldStartWith("answer ");
        await Eventually.HoldsAsync("candidates", () => _devicePeer.RemoteCandidates.Count == 2 && _clientPeer.RemoteCandidates.Count == 2);
        _failures.ShouldBeEmpty();
        await StopAsync(running);
    }

    [Fact]
    public async Task BothOfferAtOnce_TheDeviceYields_AndBothGetWhatTheyWant()
    {
        // Before anything runs, so that each begins with its own offer.
        _devicePeer.AddTrack("video");
        _clientPeer.AddTrack("talkback");

        var running = RunBoth();

        await SettledAsync();
        (_devicePeer.Rollbacks, _clientPeer.Rollbacks).ShouldBe((1, 0));
        // The client never took the offer that crossed its own; the device offered again when it was its turn.
        _clientPeer.RemoteDescriptions[0].ShouldStartWith("answer ");
        _clientPeer.RemoteDescriptions.ShouldContain(description => description.StartsWith("offer ", StringComparison.Ordinal));
        await Eventually.HoldsAsync("refused candidates", () => _clientPeer.RefusedCandidates > 0);
        _devicePeer.RefusedCandidates.ShouldBe(0);
        _failures.ShouldBeEmpty();
        await StopAsync(running);
    }

    [Fact]
    public async Task BothOfferManyTimes_TheyAgreeInTheEnd()
    {
        var running = RunBoth();

        for (var i = 0; i < 20; i++)
        {
            var track = $"{i}";
            await Task.WhenAll(Task.Run(() => _devicePeer.AddTrack(track)), Task.Run(() => _clientPeer.AddTrack(track)));
            await SettledAsync();
        }

        _clientPeer.Rollbacks.ShouldBe(0);
        _failures.ShouldBeEmpty();
        await StopAsync(running);
    }

    [Fact]
    public async Task DescriptionThatIsBad_IsToldOnce_AndTheNegotiationGoesOn()
    {
        var running = RunBoth();

        await _clientSide.SendAsync(SignalingMessage.Of(new SessionDescription("offer", "nonsense")));
        await _clientSide.SendAsync(SignalingMessage.Of(new SessionDescription("answer", "none asked")));
        await _clientSide.SendAsync(SignalingMessage.Of(new IceCandidate("candidate:1", UsernameFragment: "unknown")));
        _clientPeer.AddTrack("video");

        await SettledAsync();
        _failures.Select(error => error.GetType()).ShouldBe([typeof(FormatException), typeof(InvalidOperationException), typeof(InvalidOperationException)]);
        await StopAsync(running);
    }

    [Fact]
    public async Task HandlersThatThrow_AreToldOrLogged_AndTheNegotiationGoesOn()
    {
        _device.Failed += (_, _) => throw new InvalidOperationException("from a handler");
        var running = RunBoth();

        await _clientSide.SendAsync(SignalingMessage.Of(new SessionDescription("offer", "nonsense")));
        await _clientSide.SendAsync(Text("throw"));
        _clientPeer.AddTrack("video");

        await SettledAsync();
        _failures.Select(error => error.GetType()).ShouldBe([typeof(FormatException), typeof(ChannelException)]);
        await StopAsync(running);
    }

    [Fact]
    public async Task ApplicationMessages_ReachTheHandlerInOrder_AndAreDroppedWhereThereIsNone()
    {
        var running = RunBoth();

        foreach (var text in (string[])["a", "b", "c"])
        {
            await _clientSide.SendAsync(Text(text));
            await _deviceSide.SendAsync(Text(text));
        }

        await Eventually.HoldsAsync("all messages", () => _heard.Count == 3);
        _heard.Select(message => message.Content.GetString()).ShouldBe(["a", "b", "c"]);
        _failures.ShouldBeEmpty();
        await StopAsync(running);
    }

    [Fact]
    public async Task ChannelThatCloses_EndsBothRuns()
    {
        var running = RunBoth();
        await _clientSide.SetupAsync();
        await _deviceSide.SetupAsync();

        await _pair.Client.DisposeAsync();

        await running.WaitAsync(TestPeer.Patience);
    }

    [Fact]
    public async Task ChannelThatFails_EndsTheRunWithItsError()
    {
        var running = _client.RunAsync(_stop.Token);
        await _clientSide.SetupAsync();
        await _deviceSide.SetupAsync();

        _pair.Device.Channels.Single().Fail(new("OUT_OF_FILM", "No more pictures."));

        (await Should.ThrowAsync<ChannelException>(() => running.WaitAsync(TestPeer.Patience))).Code.ShouldBe("OUT_OF_FILM");
    }

    [Fact]
    public async Task Run_CancelledWhileThePeerConnectionWorks_Ends()
    {
        var working = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _clientPeer.Setting = stop =>
        {
            working.TrySetResult();
            return Task.Delay(Timeout.Infinite, stop);
        };
        var running = _client.RunAsync(_stop.Token);
        _clientPeer.AddTrack("video");
        await working.Task.WaitAsync(TestPeer.Patience);

        await _stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => running.WaitAsync(TestPeer.Patience));
        _pair.Client.Channel.State.ShouldBe(ChannelState.Connected);
        _failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task Disposed_WhileItRuns_EndsTheRunAndListensNoMore()
    {
        var running = _device.RunAsync();

        _device.Dispose();
        _device.Dispose();
        _devicePeer.AddTrack("video");

        await running.WaitAsync(TestPeer.Patience);
        await Should.ThrowAsync<InvalidOperationException>(() => _device.RunAsync());
        _devicePeer.IsStable.ShouldBeTrue();
    }

    private static SignalingMessage Text(string text) => SignalingMessage.Of(JsonElement.Parse($"\"{text}\""));

    private PerfectNegotiation Create(FakePeerConnection peer, MessageTransport transport, bool isPolite)
    {
        var negotiation = new PerfectNegotiation(peer, transport, isPolite)
        {
            OnApplicationMessage = isPolite ? HearAsync : null,
        };
        negotiation.Failed += (_, failure) => _failures.Add(failure.Error);
        return negotiation;
    }

    private async Task HearAsync(ApplicationMessage message, CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (message.Content.GetString() == "throw")
            throw new ChannelException("OTHER", "From another channel of the application.");
        _heard.Add(message);
    }

    private Task RunBoth() => Task.WhenAll(_device.RunAsync(_stop.Token), _client.RunAsync(_stop.Token));

    private async Task StopAsync(Task running)
    {
        await _stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running.WaitAsync(TestPeer.Patience));
    }

    private Task SettledAsync() => Eventually.HoldsAsync("an agreement", () => _devicePeer.IsSettled && _clientPeer.IsSettled);
}
