using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Sdk;

var id = args[0].Split('/');
await using var viewer = new SignalingClient(new()
{
    Endpoint = new("http://localhost:8080"),
    ProductId = id[0],
    DeviceId = id[1],
});
await viewer.ConnectAsync();

var transport = MessageTransport.ForClient(viewer, MessageSecurity.SharedSecret("correct horse battery staple"));
await transport.SendAsync(SignalingMessage.Of(JsonElement.Parse("""{"type":"NOTE","text":"What do you see?"}""")));
await foreach (var message in transport.ReadAllAsync())
{
    if (message is not ApplicationMessage { Content: var content })
        continue;
    Console.WriteLine($"Camera says: {content.GetProperty("text")}");
    break;
}
