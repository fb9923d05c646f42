using System.Text;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Fuzz;

/// <summary>Random frames and routing texts on open WebSockets.</summary>
public class FrameFuzzTests(FuzzFixture fixture) : IClassFixture<FuzzFixture>
{
    private static readonly int[] Forwardable = [RawFrame.Text, RawFrame.Binary, RawFrame.Continuation, RawFrame.Ping, RawFrame.Pong];

    [Fact]
    public async Task Socket_WithRandomBytes_IsUnharmed()
    {
        var (url, _) = await fixture.Api.ClientUrlAsync(fixture.Device);
        await FuzzRun.RepeatAsync(1500, async fuzz =>
        {
            await using var socket = await RawWebSocket.OpenAsync(url);
            await SendAllAsync(socket, fuzz.New(2000));
        });
        await fixture.ShouldBeUnharmedAsync();
    }

    [Fact]
    public async Task Socket_WithMutatedFrames_IsUnharmed()
    {
        var (url, _) = await fixture.Api.ClientUrlAsync(fixture.Device);
        await FuzzRun.RepeatAsync(3000, async fuzz =>
        {
            var frames = new RandomFrames(fuzz.Random).NewSequence(withViolation: fuzz.Random.Next(4) == 0);
            await using var socket = await RawWebSocket.OpenAsync(url);
            await SendAllAsync(socket, fuzz.Mutate(frames.SelectMany(x => x.ToBytes()).ToArray()));
        });
        await fixture.ShouldBeUnharmedAsync();
    }

    [Fact]
    public async Task Socket_WithFramesOfAnyKind_LivesOrIsClosedWithACode()
    {
        var (url, _) = await fixture.Api.ClientUrlAsync(fixture.Device);
        await FuzzRun.RepeatAsync(3000, async fuzz =>
        {
            await using var socket = await RawWebSocket.OpenAsync(url);
            for (var i = fuzz.Random.Next(1, 10); i > 0; i--)
            {
                await socket.SendAsync(new RawFrame(fuzz.Pick<int>(Forwardable), fuzz.New(fuzz.Pick(0, 5, 130)))
                {
                    IsFinal = fuzz.Random.Next(4) > 0,
                    Reserved = fuzz.Random.Next(50) == 0 ? 1 : 0,
                    IsMasked = fuzz.Random.Next(50) > 0,
                });
            }

            await socket.SendAsync(RawFrame.OfClose(1000));
            (await socket.ReadCloseAsync()).ShouldBeOneOf(1000, 1002, 1007);
        });
        await fixture.ShouldBeUnharmedAsync();
    }

    [Fact]
    public async Task Texts_Mutated_NeverEndTheConnection()
    {
        await using (var pair = await RawPair.OpenAsync(fixture.Api, fixture.Device, fixture.DeviceKey))
        {
            string[] right =
            [
                pair.Message("""{"type":"DATA","seq":0,"data":{"a":[1,2,{"b":null}]}}"""),
                """{"type":"PING"}""",
                """{"type":"PONG"}""",
                $$$"""{"type":"ERROR","channelId":"{{{pair.Channel}}}","error":{"code":"A","message":"m"}}""",
                $$"""{"type":"ERROR","channelId":"{{pair.Channel}}","errorCode":"A","errorMessage":"m"}""",
                $$"""{"type":"PEER_CONNECTED","channelId":"{{pair.Channel}}"}""",
            ];
            var round = 0;
            await FuzzRun.RepeatAsync(15000, async fuzz =>
            {
                // As text again, so that it is UTF-8.
                var text = Encoding.UTF8.GetString(fuzz.Mutate(Encoding.UTF8.GetBytes(fuzz.Pick<string>(right))));
                await pair.Client.SendAsync(RawFrame.OfText(text));
                await pair.Device.SendAsync(text);
                if (++round % 50 == 0)
                {
                    foreach (var received in await pair.Device.DrainAsync())
                        ShouldBeOfTheService(received, toDevice: true);
                    foreach (var received in await pair.Client.DrainAsync())
                        ShouldBeOfTheService(received, toDevice: false);
                }
            });
        }

        await fixture.ShouldBeUnharmedAsync();
    }

    /// <summary>Whatever was sent, what arrives is an envelope that the service wrote: nothing forged, no field but its own.</summary>
    private static void ShouldBeOfTheService(string text, bool toDevice)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(text, null, new() { MaxDepth = int.MaxValue })!.AsObject();
        string[] fields = json["type"]!.GetValue<string>() switch
        {
            "PONG" => ["type"],
            "MESSAGE" => toDevice ? ["type", "channelId", "authorized", "message"] : ["type", "channelId", "message"],
            "ERROR" => ["type", "channelId", "error"],
            "PEER_OFFLINE" or "PEER_CONNECTED" => ["type", "channelId"],
            var other => throw new InvalidOperationException($"The service does not write {other}."),
        };
        json.Select(x => x.Key).ShouldBe(fields);
        if (json.ContainsKey("authorized"))
            json["authorized"]!.GetValue<bool>().ShouldBeFalse();
    }

    private static async Task SendAllAsync(RawWebSocket socket, byte[] bytes)
    {
        try
        {
            await socket.SendAsync(bytes);
            socket.EndSending();
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException)
        {
            // The service has heard enough.
        }

        await socket.ReadToEndAsync();
    }
}
