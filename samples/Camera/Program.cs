using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Sdk;

var id = args[0].Split('/');
using var tokens = new DeviceTokenGenerator(id[0], id[1], File.ReadAllText("device.key"));
await using var camera = new SignalingDevice(new()
{
    Endpoint = new("http://localhost:8080"),
    ProductId = id[0],
    DeviceId = id[1],
    Tokens = tokens,
});
camera.StateChanged += (_, change) => Console.WriteLine($"Camera: {change.State} {change.Error?.Message}".TrimEnd());

// Runs once for each viewer; all of them at the same time.
await camera.RunAsync(async (channel, end) =>
{
    var transport = MessageTransport.ForDevice(camera, channel, MessageSecurity.SharedSecret("correct horse battery staple"));
    await foreach (var message in transport.ReadAllAsync(end))
    {
        if (message is not ApplicationMessage { Content: var content })
            continue;
        Console.WriteLine($"Viewer says: {content.GetProperty("text")}");
        await transport.SendAsync(SignalingMessage.Of(JsonElement.Parse("""{"type":"NOTE","text":"All is quiet at the gate."}""")), end);
    }
});
