using System.Text.Json.Nodes;
using Heliograph.Protocol;

namespace Heliograph.Browser.Tests.Element;

/// <summary>A camera in a tab of another origin, on the module in one file: its picture flickers, and its status counts who watches.</summary>
internal sealed class ModuleCamera(Scene scene, DeviceAddress address, SigningKey productKey, SigningKey deviceKey) : IDisposable
{
    public const string Secret = "correct horse battery staple";

    private const string Page =
        """
        <!doctype html><html lang="en"><title>Camera</title><link rel="icon" href="data:,">
        <p id="status">Off</p><canvas width="320" height="180"></canvas>
        <script type="module">
          import { DeviceTokenGenerator, MessageTransport, PerfectNegotiation, SignalingDevice } from 'SERVICE/sdk/heliograph.js';
          const { ids, privateKey, publicKey, security } = CONFIGURATION;

          const canvas = document.querySelector('canvas');
          const context = canvas.getContext('2d');
          let frame = 0;
          setInterval(() => {
            context.fillStyle = frame++ % 4 < 2 ? '#fff' : '#030';
            context.fillRect(0, 0, 320, 180);
          }, 100);
          const stream = canvas.captureStream(20);

          const read = (format, base64, usage) => crypto.subtle.importKey(
            format, Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)), { name: 'ECDSA', namedCurve: 'P-256' }, true, [usage]);
          const keyPair = { privateKey: await read('pkcs8', privateKey, 'sign'), publicKey: await read('spki', publicKey, 'verify') };
          const device = new SignalingDevice({ ...ids, tokenGenerator: new DeviceTokenGenerator({ ...ids, keyPair }) });
          const show = () => {
            document.querySelector('#status').textContent = device.connectionState === 'CONNECTED' ? `Viewers: ${device.channels.length}` : 'Off';
          };
          device.on('connectionstatechange', show);
          window.peerConnections = [];
          device.on('channel', (channel) => {
            show();
            channel.on('statechange', show);
            const transport = MessageTransport.forDevice(device, channel, security);
            transport.ready.then(({ iceServers }) => {
              const peerConnection = new RTCPeerConnection({ iceServers });
              peerConnections.push(peerConnection);
              new PerfectNegotiation({ peerConnection, transport, polite: true });
              stream.getTracks().forEach((track) => peerConnection.addTrack(track, stream));
              channel.on('statechange', () => channel.isEnded && peerConnection.close());
            }, () => {});
          });
          device.start();
        </script>
        """;

    /// <summary>The device that the camera is.</summary>
    public DeviceAddress Address { get; } = address;

    /// <summary>A device of a new product.</summary>
    public static async Task<ModuleCamera> CreateAsync(Scene scene)
    {
        using var api = scene.CreateApiClient();
        SigningKey productKey = new(), deviceKey = new();
        var product = await api.CreateProductAsync();
        await api.AddProductKeyAsync(product, productKey);
        return new(scene, await api.CreateDeviceAsync(product, deviceKey), productKey, deviceKey);
    }

    /// <summary>A token that lets a client reach it.</summary>
    public string CreateClientToken() => productKey.ClientToken(Address);

    /// <summary>Opens the camera's tab and waits until it is on air.</summary>
    /// <param name="isOpen">Whether it asks for no secret.</param>
    public async Task<Tab> StartAsync(bool isOpen = false)
    {
        var configuration = new JsonObject
        {
            ["ids"] = new JsonObject
            {
                ["endpointUrl"] = scene.Service.BaseUrl,
                ["productId"] = Address.Product.Value,
                ["deviceId"] = Address.Device.Value,
            },
            ["privateKey"] = Base64(deviceKey.PrivatePem),
            ["publicKey"] = Base64(deviceKey.PublicPem),
            ["security"] = isOpen ? new JsonObject { ["mode"] = "NONE" } : new JsonObject { ["mode"] = "SHARED_SECRET", ["secret"] = Secret },
        };
        var page = Page.Replace("SERVICE", scene.Service.BaseUrl).Replace("CONFIGURATION", configuration.ToJsonString());
        var tab = await scene.OpenTabAsync(await scene.ServePageAsync("camera", page));
        // Who has waited for it may be quick.
        await Expect(tab.Status).ToContainTextAsync("Viewers");
        return tab;
    }

    public void Dispose()
    {
        productKey.Dispose();
        deviceKey.Dispose();
    }

    private static string Base64(string pem) => string.Concat(pem.Split('\n').Where(line => !line.StartsWith('-')));
}
