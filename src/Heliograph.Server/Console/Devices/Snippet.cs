using Heliograph.Protocol;

namespace Heliograph.Server.Console.Devices;

/// <summary>A piece of code that talks to a device, to be copied.</summary>
/// <param name="Id">The ID of its element.</param>
/// <param name="Title">What it is for.</param>
/// <param name="Hint">What it needs.</param>
/// <param name="Code">The code.</param>
internal sealed record Snippet(string Id, string Title, string Hint, string Code)
{
    /// <summary>The pieces for a device, with its IDs filled in.</summary>
    public static IReadOnlyList<Snippet> Of(string endpoint, DeviceAddress device) =>
    [
        new("html", "A page that plays it", "The module is served by this service. SECRET is what the camera shares with its viewers.",
            $"""
            <script type="module" src="{endpoint}/sdk/heliograph.js"></script>
            <heliograph-camera product="{device.Product}" device="{device.Device}" secret="SECRET"></heliograph-camera>
            """),
        new("javascript", "JavaScript viewer", "For a page with a video element. With a client token, accessToken is in place of secret.",
            $$"""
            import { connect } from '{{endpoint}}/sdk/heliograph.js';

            const session = connect({
              endpointUrl: '{{endpoint}}',
              productId: '{{device.Product}}',
              deviceId: '{{device.Device}}',
              secret: 'SECRET',
            });
            session.on('stream', (stream) => {
              document.querySelector('video').srcObject = stream;
            });
            """),
        new("dotnet-viewer", ".NET viewer", "Package Heliograph.Sdk.",
            $$"""
            using Heliograph.Sdk;

            await using var viewer = new SignalingClient(new()
            {
                Endpoint = new("{{endpoint}}"),
                ProductId = "{{device.Product}}",
                DeviceId = "{{device.Device}}",
            });
            await viewer.ConnectAsync();
            var transport = MessageTransport.ForClient(viewer, MessageSecurity.SharedSecret("SECRET"));
            await foreach (var message in transport.ReadAllAsync())
                Console.WriteLine(message);
            """),
        new("dotnet-device", ".NET device", "Package Heliograph.Sdk. device.key is the private key that one of the keys above belongs to.",
            $$"""
            using Heliograph.Sdk;

            using var tokens = new DeviceTokenGenerator("{{device.Product}}", "{{device.Device}}", File.ReadAllText("device.key"));
            await using var camera = new SignalingDevice(new()
            {
                Endpoint = new("{{endpoint}}"),
                ProductId = "{{device.Product}}",
                DeviceId = "{{device.Device}}",
                Tokens = tokens,
            });
            await camera.RunAsync(async (channel, end) =>
            {
                var transport = MessageTransport.ForDevice(camera, channel, MessageSecurity.SharedSecret("SECRET"));
                await foreach (var message in transport.ReadAllAsync(end))
                    Console.WriteLine(message);
            });
            """),
        new("curl", "The management API", "API_KEY is an API key of yours.",
            $"""
            curl -H "Authorization: Bearer $API_KEY" {endpoint}/v1/webrtc/products/{device.Product}/devices/{device.Device}
            """),
        new("connect", "Is it online?", "What every viewer asks first, here without a token.",
            $$"""
            curl -H "Content-Type: application/json" -d '{"productId":"{{device.Product}}","deviceId":"{{device.Device}}"}' {{endpoint}}/v1/client/connect
            """),
    ];
}
