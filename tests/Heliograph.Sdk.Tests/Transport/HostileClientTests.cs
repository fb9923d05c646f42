namespace Heliograph.Sdk.Tests.Transport;

/// <summary>Clients that write what no SDK writes. Each loses its own channel at most; the device and its other clients go on.</summary>
public sealed class HostileClientTests(ServiceFixture service)
{
    public static TheoryData<string, string> Bad => new()
    {
        { """{"type":"\ud800","seq":0,"data":1}""", SignalingErrorCodes.ChannelNotFound },
        { """{"type":"DATA","seq":-1,"data":1}""", SignalingErrorCodes.ChannelNotFound },
        { """{"type":"DATA","seq":1e400,"data":1}""", SignalingErrorCodes.ChannelNotFound },
        { "[]", SignalingErrorCodes.ChannelNotFound },
        { """{"type":"DATA","seq":0,"data":{"type":"\ud800","message":1}}""", SignalingErrorCodes.DecodeError },
        { """{"type":"DATA","seq":0,"data":{"type":"NONE","message":{"type":"\ud800"}}}""", SignalingErrorCodes.DecodeError },
        { """{"\ud800":1,"type":"DATA","seq":0,"data":{"\ud800":1,"type":"NONE"}}""", SignalingErrorCodes.DecodeError },
        { """{"type":"DATA","seq":0,"data":{"type":"JWT","jwt":"\ud800"}}""", SignalingErrorCodes.VerificationError },
        { $$"""{"type":"DATA","seq":0,"data":{{new string('[', 500)}}{{new string(']', 500)}}}""", SignalingErrorCodes.DecodeError },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Message_OfAnyForm_IsAnsweredWithItsCodeAndHarmsNoOther(string message, string code)
    {
        await using var pair = await SdkPair.ConnectAsync(service, authorized: true);
        var (device, client) = await pair.SetUpAsync(MessageSecurity.None(), MessageSecurity.None());
        await client.SetupAsync();
        using var stop = new CancellationTokenSource();
        var serving = pair.Device.RunAsync(
            (channel, _) => MessageTransport.ForDevice(pair.Device, channel, MessageSecurity.None(allowUnauthorized: true)).WaitForSetupAsync(CancellationToken.None), stop.Token);
        var (hostile, channelId, _) = await service.Api.OpenClientAsync(pair.Registered.Address);
        await using var disposing = hostile;

        await hostile.SendMessageAsync(channelId, message);

        var answers = new List<string>();
        while (answers.Count == 0 || !answers[^1].Contains("\"ERROR\"", StringComparison.Ordinal))
            answers.Add(await hostile.ReceiveAsync());
        answers[^1].ShouldContain(code);
        await device.SendAsync(Messages.Number(7));
        Messages.Number(await client.NextAsync()).ShouldBe(7);
        pair.Device.State.ShouldBe(ConnectionState.Connected);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(serving);
    }
}
