using System.Collections.Concurrent;
using System.Text.Json;

namespace Heliograph.Sdk.Tests.Transport;

/// <summary>How the setup goes, and how it fails, over the real service.</summary>
public sealed class SetupTests(ServiceFixture service)
{
    private static readonly MessageSecurity Secret = MessageSecurity.SharedSecret("open sesame");

    [Theory]
    [InlineData("front", "door")]
    [InlineData("back", "gate")]
    [InlineData(null, "hall")]
    public async Task SecretByKeyId_ThatTheClientNames_IsFound(string? keyId, string secret)
    {
        await using var pair = await SdkPair.ConnectAsync(service);
        var asked = new List<string?>();

        var (device, client) = await pair.SetUpAsync(MessageSecurity.SharedSecrets(Find), MessageSecurity.SharedSecret(secret, keyId));
        await client.SetupAsync();
        await device.SendAsync(Messages.Number(1));
        await client.SendAsync(Messages.Number(2));

        Messages.Number(await client.NextAsync()).ShouldBe(1);
        Messages.Number(await device.NextAsync()).ShouldBe(2);
        asked.ShouldBe([keyId]);

        async ValueTask<string?> Find(string? key, CancellationToken cancellationToken)
        {
            await Task.Yield();
            asked.Add(key);
            return key switch { "front" => "door", "back" => "gate", null => "hall", _ => null };
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task SecretByKeyId_ThatIsNotKnown_FailsBothWithVerificationError(string? answer)
    {
        await using var pair = await SdkPair.ConnectAsync(service);

        var (device, client) = await pair.SetUpAsync(
            MessageSecurity.SharedSecrets((_, _) => ValueTask.FromResult(answer)), MessageSecurity.SharedSecret("s", "unknown"));

        await ShouldFailAsync(device, client, SignalingErrorCodes.VerificationError);
    }

    [Fact]
    public async Task SecretByKeyId_ThatThrows_FailsBothWithInternalErrorAndTellsNothing()
    {
        await using var pair = await SdkPair.ConnectAsync(service);
        var thrown = new InvalidOperationException("the database at 10.0.0.1 is down");

        var (device, client) = await pair.SetUpAsync(MessageSecurity.SharedSecrets((_, _) => throw thrown), Secret);

        var (here, there) = await ShouldFailAsync(device, client, SignalingErrorCodes.InternalError);
        here.InnerException.ShouldBe(thrown);
        there.Message.ShouldNotContain("10.0.0.1");
    }

    [Fact]
    public async Task SecretByKeyId_ThatThrowsAChannelException_FailsBothWithItsCode()
    {
        await using var pair = await SdkPair.ConnectAsync(service);

        var (device, client) = await pair.SetUpAsync(
            MessageSecurity.SharedSecrets((_, _) => throw new ChannelException("OVER_QUOTA", "Too many viewers.")), Secret);

        var (_, there) = await ShouldFailAsync(device, client, "OVER_QUOTA");
        there.Message.ShouldContain("Too many viewers.");
    }

    [Fact]
    public async Task SecretByKeyId_ThatFailsWithAnErrorOfTheSdk_EndsTheChannelAllTheSame()
    {
        await using var pair = await SdkPair.ConnectAsync(service);
        await using var other = new SignalingClient(pair.Registered.ClientOptions with { DeviceId = "wd-0000000000000000" });

        var (device, client) = await pair.SetUpAsync(
            MessageSecurity.SharedSecrets(async (_, stop) =>
            {
                await other.GetIceServersAsync(stop);
                return "never";
            }),
            Secret);

        var (here, _) = await ShouldFailAsync(device, client, SignalingErrorCodes.InternalError);
        here.InnerException.ShouldBeOfType<ServiceException>();
    }

    [Fact]
    public async Task SecretByKeyId_StillLookedUpWhenTheClientLeaves_EndsTheSetup()
    {
        await using var pair = await SdkPair.ConnectAsync(service);
        var asked = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource<string?>();
        var (device, _) = await pair.SetUpAsync(
            MessageSecurity.SharedSecrets((_, stop) =>
            {
                asked.SetResult(stop);
                return new(never.Task);
            }),
            Secret);
        var token = await asked.Task.WaitAsync(TestPeer.Patience);

        await pair.Client.DisposeAsync();

        (await Should.ThrowAsync<ChannelException>(device.SetupAsync)).Code.ShouldBe(SignalingErrorCodes.ChannelClosed);
        token.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task SecretByKeyId_WhoseCancellationThrows_LeavesNoExceptionUnobserved()
    {
        var unobserved = new ConcurrentQueue<string>();
        EventHandler<UnobservedTaskExceptionEventArgs> listener = (_, e) => unobserved.Enqueue(e.Exception.ToString());
        TaskScheduler.UnobservedTaskException += listener;

        await CancelLookupAsync();
        for (var i = 0; i < 5; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        TaskScheduler.UnobservedTaskException -= listener;
        unobserved.ShouldNotContain(error => error.Contains("of the lookup's own"));

        // In a method of its own, so that nothing holds its tasks afterwards.
        async Task CancelLookupAsync()
        {
            await using var pair = await SdkPair.ConnectAsync(service);
            var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var (device, _) = await pair.SetUpAsync(
                MessageSecurity.SharedSecrets(async (_, stop) =>
                {
                    stop.Register(() => throw new InvalidOperationException("of the lookup's own"));
                    asked.SetResult();
                    await Task.Delay(Timeout.Infinite, stop);
                    return null;
                }),
                Secret);
            await asked.Task.WaitAsync(TestPeer.Patience);
            pair.Client.Channel.Close();
            await Should.ThrowAsync<ChannelException>(device.SetupAsync);
        }
    }

    [Fact]
    public async Task Secret_ThatDiffers_FailsBothWithVerificationError()
    {
        await using var pair = await SdkPair.ConnectAsync(service);

        var (device, client) = await pair.SetUpAsync(Secret, MessageSecurity.SharedSecret("open barley"));

        var (here, there) = await ShouldFailAsync(device, client, SignalingErrorCodes.VerificationError);
        (here.IsRemote, there.IsRemote).ShouldBe((false, true));
        there.Advice.ShouldNotBeNull();
        pair.Client.Channel.State.ShouldBe(ChannelState.Failed);
        pair.Client.State.ShouldBe(ConnectionState.Connected);
        await Should.ThrowAsync<ChannelException>(() => client.SendAsync(Messages.Number(1)).AsTask());
        await Should.ThrowAsync<ChannelException>(() => client.NextAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OneSigns_TheOtherDoesNot_FailsBothWithVerificationError(bool deviceSigns)
    {
        await using var pair = await SdkPair.ConnectAsync(service, authorized: true);

        var (device, client) = deviceSigns
            ? await pair.SetUpAsync(Secret, MessageSecurity.None())
            : await pair.SetUpAsync(MessageSecurity.None(), Secret);

        await ShouldFailAsync(device, client, SignalingErrorCodes.VerificationError);
    }

    [Fact]
    public async Task None_OnAnUnauthorizedChannel_IsAccessDenied()
    {
        await using var pair = await SdkPair.ConnectAsync(service);

        var (device, client) = await pair.SetUpAsync(MessageSecurity.None(), MessageSecurity.None());

        var (_, there) = await ShouldFailAsync(device, client, SignalingErrorCodes.AccessDenied);
        there.Message.ShouldContain("token");
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task None_WhereTheChannelIsAuthorizedOrNeedNotBe_SetsUp(bool authorized, bool allowUnauthorized)
    {
        await using var pair = await SdkPair.ConnectAsync(service, authorized);

        var (device, client) = await pair.SetUpAsync(MessageSecurity.None(allowUnauthorized), MessageSecurity.None());

        await client.SetupAsync();
        await device.SetupAsync();
    }

    [Theory]
    [InlineData("""{"type":"NONE","message":{"type":"DESCRIPTION","description":{"type":"offer","sdp":""}}}""", SignalingErrorCodes.DecodeError)]
    [InlineData("""{"type":"NONE","message":{"type":"SETUP_RESPONSE"}}""", SignalingErrorCodes.DecodeError)]
    [InlineData("""{"type":"NONE","message":{"type":"DESCRIPTION"}}""", SignalingErrorCodes.DecodeError)]
    [InlineData("""{"type":"NONE","message":"hello"}""", SignalingErrorCodes.DecodeError)]
    [InlineData("""{"type":"NONE"}""", SignalingErrorCodes.DecodeError)]
    [InlineData("null", SignalingErrorCodes.DecodeError)]
    [InlineData("""{"type":"JWT","jwt":"e30.e30.AA"}""", SignalingErrorCodes.VerificationError)]
    public async Task FirstMessageToTheDevice_ThatIsNoSetupRequest_EndsTheChannel(string data, string code)
    {
        await using var pair = await SdkPair.ConnectAsync(service, authorized: true);
        await pair.Client.Channel.SendAsync(JsonElement.Parse(data));

        var device = MessageTransport.ForDevice(pair.Device, await pair.AcceptAsync(), MessageSecurity.None());

        (await Should.ThrowAsync<ChannelException>(device.SetupAsync)).Code.ShouldBe(code);
        await pair.Client.Channel.Completion.WaitAsync(TestPeer.Patience);
        pair.Client.Channel.Error.ShouldBeOfType<ChannelException>().Code.ShouldBe(code);
        pair.Device.State.ShouldBe(ConnectionState.Connected);
    }

    [Theory]
    [InlineData("""{"type":"NONE","message":{"type":"SETUP_REQUEST"}}""")]
    [InlineData("""{"type":"NONE","message":{"type":"CANDIDATE","candidate":null}}""")]
    public async Task FirstMessageToTheClient_ThatIsNoSetupResponse_EndsTheChannel(string data)
    {
        await using var pair = await SdkPair.ConnectAsync(service);
        var client = MessageTransport.ForClient(pair.Client, MessageSecurity.None());
        var channel = await pair.AcceptAsync();

        await channel.SendAsync(JsonElement.Parse(data));

        (await Should.ThrowAsync<ChannelException>(client.SetupAsync)).Code.ShouldBe(SignalingErrorCodes.DecodeError);
        await channel.Completion.WaitAsync(TestPeer.Patience);
        channel.Error.ShouldBeOfType<ChannelException>().Code.ShouldBe(SignalingErrorCodes.DecodeError);
    }

    [Fact]
    public async Task Client_ThatNeverConnects_FailsTheSetupWithItsError()
    {
        var registered = await service.CreateDeviceAsync();
        await using var client = new SignalingClient(registered.ClientOptions with { DeviceId = "wd-0000000000000000" });
        var transport = MessageTransport.ForClient(client, Secret);

        client.Start();

        (await Should.ThrowAsync<ServiceException>(transport.SetupAsync)).Code.ShouldBe(SignalingErrorCodes.DeviceIdNotFound);
    }

    [Fact]
    public async Task Client_DisposedDuringTheSetup_EndsItOnItsSide()
    {
        await using var pair = await SdkPair.ConnectAsync(service);
        var transport = MessageTransport.ForClient(pair.Client, Secret);

        await pair.Client.DisposeAsync();

        (await Should.ThrowAsync<ChannelException>(transport.SetupAsync)).Code.ShouldBe(SignalingErrorCodes.ChannelClosed);
    }

    [Fact]
    public async Task WaitForSetup_Cancelled_LeavesTheSetupToGoOn()
    {
        await using var pair = await SdkPair.ConnectAsync(service);
        var client = MessageTransport.ForClient(pair.Client, Secret);
        using var stop = new CancellationTokenSource();
        var waiting = client.WaitForSetupAsync(stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);

        MessageTransport.ForDevice(pair.Device, await pair.AcceptAsync(), Secret);

        (await client.SetupAsync()).ShouldBeEmpty();
    }

    [Fact]
    public void Arguments_ThatAreMissing_AreNamed()
    {
        Should.Throw<ArgumentNullException>(() => MessageTransport.ForClient(null!, Secret)).ParamName.ShouldBe("client");
        Should.Throw<ArgumentNullException>(() => MessageTransport.ForDevice(null!, null!, Secret)).ParamName.ShouldBe("device");
        Should.Throw<ArgumentException>(() => MessageSecurity.SharedSecret("")).ParamName.ShouldBe("secret");
        Should.Throw<ArgumentNullException>(() => MessageSecurity.SharedSecrets(null!)).ParamName.ShouldBe("findSecret");
        Secret.ToString().ShouldNotContain("sesame");
    }

    private static async Task<(ChannelException Here, ChannelException There)> ShouldFailAsync(MessageTransport device, MessageTransport client, string code)
    {
        var here = await Should.ThrowAsync<ChannelException>(device.SetupAsync);
        var there = await Should.ThrowAsync<ChannelException>(client.SetupAsync);
        here.Code.ShouldBe(code, here.Message);
        there.Code.ShouldBe(code, there.Message);
        return (here, there);
    }
}
