// A device in a host, and a client that talks with it: what an app uses of the SDK, in one process.
using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Sdk;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var (endpoint, product, device, pem, token) = (new Uri(args[0]), args[1], args[2], File.ReadAllText(args[3]), args[4]);

var builder = Host.CreateEmptyApplicationBuilder(null);
builder.Services.AddHeliographDevice<EchoHandler>(_ => new()
{
    Endpoint = endpoint, ProductId = product, DeviceId = device, Tokens = new DeviceTokenGenerator(product, device, pem),
});
using var host = builder.Build();
await host.StartAsync();
await host.Services.GetRequiredService<SignalingDevice>().ConnectAsync();

await using (var client = new SignalingClient(new() { Endpoint = endpoint, ProductId = product, DeviceId = device, AccessToken = token }))
{
    await client.ConnectAsync();
    var transport = MessageTransport.ForClient(client, MessageSecurity.SharedSecret("s3cret"));
    Console.WriteLine($"ICE servers: {(await transport.WaitForSetupAsync()).Count}");
    SignalingMessage[] messages =
    [
        SignalingMessage.Of(new SessionDescription(SessionDescription.Offer, "v=0")),
        SignalingMessage.Of(new IceCandidate("candidate:1", "0", 0)),
        SignalingMessage.Of(JsonElement.Parse("\"hello\"")),
    ];
    foreach (var message in messages)
        await transport.SendAsync(message);
    await foreach (var echo in transport.ReadAllAsync().Take(messages.Length))
        Console.WriteLine(echo is ApplicationMessage { Content: var content } ? content.GetRawText() : echo.GetType().Name);
}

await host.StopAsync();

internal sealed class EchoHandler : IChannelHandler
{
    public async Task HandleAsync(SignalingDevice device, SignalingChannel channel, CancellationToken cancellationToken)
    {
        var transport = MessageTransport.ForDevice(device, channel, MessageSecurity.SharedSecret("s3cret"));
        await foreach (var message in transport.ReadAllAsync(cancellationToken))
            await transport.SendAsync(message, cancellationToken);
    }
}
