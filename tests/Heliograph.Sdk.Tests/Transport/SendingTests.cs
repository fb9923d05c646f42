using System.Text.Json;
using Heliograph.Protocol;

namespace Heliograph.Sdk.Tests.Transport;

/// <summary>Sending over a transport: before the setup, from many threads, cancelled, too large.</summary>
public sealed class SendingTests(ServiceFixture service)
{
    private static readonly MessageSecurity Secret = MessageSecurity.SharedSecret("open sesame");

    [Fact]
    public async Task Send_BeforeTheSetup_WaitsForItAndArrives()
    {
        await using var pair = await SdkPair.ConnectAsync(service);
        var client = MessageTransport.ForClient(pair.Client, Secret);
        var first = client.SendAsync(Messages.Number(1)).AsTask();
        first.IsCompleted.ShouldBeFalse();

        var device = MessageTransport.ForDevice(pair.Device, await pair.AcceptAsync(), Secret);

        await first.WaitAsync(TestPeer.Patience);
        Messages.Number(await device.NextAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Send_FromManyThreadsOnBothSides_AllArriveOnce()
    {
        const int count = 200;
        await using var pair = await SdkPair.ConnectAsync(service);
        var (device, client) = await pair.SetUpAsync(Secret, Secret);

        var sending = Task.WhenAll(Enumerable.Range(0, count).SelectMany(i => (Task[])
        [
            Task.Run(async () => await client.SendAsync(Messages.Number(i))),
            Task.Run(async () => await device.SendAsync(Messages.Number(i))),
        ]));
        var heard = await Task.WhenAll(device.NextAsync(count), client.NextAsync(count));
        await sending.WaitAsync(TestPeer.Patience);

        foreach (var side in heard)
            side.Select(Messages.Number).Order().ShouldBe(Enumerable.Range(0, count));
    }

    [Fact]
    public async Task Send_CancelledAtAnyMoment_BreaksNoSequence()
    {
        // Hardly any room, so that most sends wait for it and are cancelled there.
        await using var pair = await SdkPair.ConnectAsync(service, configure: options => options with { MaxUnacknowledgedBytes = 1 });
        var (device, client) = await pair.SetUpAsync(Secret, Secret);
        await client.SetupAsync();
        var random = new Random(20260731);

        var sends = new List<(int Number, Task Task)>();
        for (var i = 0; i < 300; i++)
        {
            using var stop = new CancellationTokenSource();
            var (number, task) = (i, client.SendAsync(Messages.Number(i), stop.Token).AsTask());
            if (random.Next(3) > 0)
                await stop.CancelAsync();
            else if (random.Next(2) == 0)
                await task.WaitAsync(TestPeer.Patience);
            sends.Add((number, task));
        }

        await Task.WhenAll(sends.Select(send => send.Task)).ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(TestPeer.Patience);
        await client.SendAsync(Messages.Number(-1));
        var heard = await device.ReadAllAsync().Select(Messages.Number).TakeWhile(number => number >= 0).ToListAsync().AsTask().WaitAsync(TestPeer.Patience);

        var sent = sends.Where(send => send.Task.IsCompletedSuccessfully).Select(send => send.Number).ToList();
        heard.Order().ShouldBe(sent);
        sent.Count.ShouldBeLessThan(300);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_LargestThatFits_ArrivesAndOneByteMoreIsRefused(bool isSigned)
    {
        var security = isSigned ? Secret : MessageSecurity.None(allowUnauthorized: true);
        await using var pair = await SdkPair.ConnectAsync(service);
        var (device, client) = await pair.SetUpAsync(security, security);
        await client.SetupAsync();

        var fits = await LargestAsync(client);

        var heard = (await device.NextAsync()).ShouldBeOfType<ApplicationMessage>();
        heard.Content.GetString()!.Length.ShouldBe(fits);
        fits.ShouldBeGreaterThan(isSigned ? 47_000 : 65_000);
        var error = await Should.ThrowAsync<ArgumentException>(() => client.SendAsync(Text(fits + 1)).AsTask());
        error.ParamName.ShouldBe("message");
        error.Message.ShouldContain(nameof(SignalingOptions.MaxMessageBytes));
        await device.SendAsync(Messages.Number(1));
        Messages.Number(await client.NextAsync()).ShouldBe(1);
        pair.Client.State.ShouldBe(ConnectionState.Connected);
    }

    [Fact]
    public async Task Send_WhatIsNoJson_IsRefusedAndTheChannelGoesOn()
    {
        await using var pair = await SdkPair.ConnectAsync(service);
        var (device, client) = await pair.SetUpAsync(Secret, Secret);

        await Should.ThrowAsync<ArgumentNullException>(() => client.SendAsync(null!).AsTask());
        await Should.ThrowAsync<ArgumentException>(() => client.SendAsync(SignalingMessage.Of(default(JsonElement))).AsTask());
        await client.SendAsync(Messages.Number(1));

        Messages.Number(await device.NextAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Messages_OfEveryKind_ArriveAsTheyWere()
    {
        SignalingMessage[] messages =
        [
            SignalingMessage.Of(new SessionDescription("pranswer", "v=0\r\na=ü\r\n")),
            SignalingMessage.Of(new SessionDescription("rollback", "")),
            SignalingMessage.Of(new IceCandidate("candidate:1", "0", 0, "ab")),
            SignalingMessage.Of(new IceCandidate("")),
            SignalingMessage.Of(JsonElement.Parse("""{"type":"CHAT","text":"grün 🔑 <&>"}""")),
            SignalingMessage.Of(JsonElement.Parse("null")),
        ];
        await using var pair = await SdkPair.ConnectAsync(service);
        var (device, client) = await pair.SetUpAsync(Secret, Secret);

        foreach (var message in messages)
            await client.SendAsync(message);
        var heard = await device.NextAsync(messages.Length);

        heard.Take(4).ShouldBe(messages.Take(4));
        foreach (var (own, original) in heard.Zip(messages).Skip(4))
            JsonElement.DeepEquals(own.ShouldBeOfType<ApplicationMessage>().Content, ((ApplicationMessage)original).Content).ShouldBeTrue();
    }

    [Fact]
    public async Task Read_AfterAMessageThatWasTurnedDown_GivesNothingThatCameBehindIt()
    {
        // Hardly any room, so that a send which returns tells that all before it has arrived.
        await using var pair = await SdkPair.ConnectAsync(service, authorized: true, options => options with { MaxUnacknowledgedBytes = 1 });
        var (device, client) = await pair.SetUpAsync(MessageSecurity.None(), MessageSecurity.None());
        await client.SendAsync(SignalingMessage.Of(JsonElement.Parse("""{"type":"DESCRIPTION"}""")));
        await client.SendAsync(Messages.Number(1));
        await client.SendAsync(Messages.Number(2));

        var first = await Should.ThrowAsync<ChannelException>(() => device.NextAsync());
        var second = await Should.ThrowAsync<ChannelException>(() => device.NextAsync());

        (first.Code, second.Code).ShouldBe((SignalingErrorCodes.DecodeError, SignalingErrorCodes.DecodeError));
    }

    [Fact]
    public async Task Read_WhenTheOtherSideCloses_EndsAfterAllThatWasSent()
    {
        await using var pair = await SdkPair.ConnectAsync(service);
        var (device, client) = await pair.SetUpAsync(Secret, Secret);
        await device.SetupAsync();
        for (var i = 0; i < 20; i++)
            await device.SendAsync(Messages.Number(i));

        await pair.Device.DisposeAsync();

        var heard = await client.ReadAllAsync().Select(Messages.Number).ToListAsync().AsTask().WaitAsync(TestPeer.Patience);
        heard.ShouldBe(Enumerable.Range(0, 20));
    }

    /// <summary>Finds by trying how long a text may be, and sends one of this length.</summary>
    private static async Task<int> LargestAsync(MessageTransport transport)
    {
        for (var length = 66_000; ; length--)
        {
            try
            {
                await transport.SendAsync(Text(length));
                return length;
            }
            catch (ArgumentException)
            {
                // Too large still.
            }
        }
    }

    private static SignalingMessage Text(int length) => SignalingMessage.Of(JsonElement.Parse($"\"{new string('x', length)}\""));
}
