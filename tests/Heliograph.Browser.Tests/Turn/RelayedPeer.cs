using System.Text.Json;
using Heliograph.Protocol;

namespace Heliograph.Browser.Tests.Turn;

/// <summary>
/// A tab with one end of a call that may use relayed candidates alone, made with the service's own module: without a TURN server that
/// takes its credentials, there is no picture.
/// </summary>
internal sealed class RelayedPeer
{
    private const string Begin =
        """
        async (options) => {
          const sdk = await import('/sdk/index.js');
          document.body.innerHTML = '<p id="status"></p><video id="remote" autoplay muted playsinline></video>';
          const security = options.secret ? { mode: 'SHARED_SECRET', secret: options.secret } : { mode: 'NONE' };
          const connect = (transport, iceServers, polite) => {
            window.iceServers = iceServers;
            window.refusals = [];
            const peerConnection = window.pc = new RTCPeerConnection({ iceServers, iceTransportPolicy: 'relay' });
            peerConnection.onicecandidateerror = ({ url, errorCode }) => window.refusals.push({ url, errorCode });
            peerConnection.ontrack = ({ streams }) => { document.querySelector('#remote').srcObject = streams[0]; };
            new sdk.PerfectNegotiation({ peerConnection, transport, polite });
            return peerConnection;
          };
          const address = { endpointUrl: location.origin, productId: options.productId, deviceId: options.deviceId };
        """;

    private const string Camera = Begin +
        """
          const { ClockPicture } = await import('/try/picture.js');
          const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
          document.body.append(canvas);
          const stream = new ClockPicture(canvas, 'TURN').capture();
          const device = window.peer = new sdk.SignalingDevice({ ...address, tokenGenerator: { generate: async () => options.token } });
          device.on('channel', async (channel) => {
            const transport = sdk.MessageTransport.forDevice(device, channel, security);
            const { iceServers } = await transport.ready;
            const peerConnection = connect(transport, iceServers, true);
            stream.getTracks().forEach((track) => peerConnection.addTrack(track, stream));
          });
          device.start();
          await new Promise((resolve) => device.on('connectionstatechange', (state) => state === 'CONNECTED' && resolve()));
        }
        """;

    private const string Viewer = Begin +
        """
          const client = window.peer = new sdk.SignalingClient({ ...address, accessToken: options.token ?? undefined });
          // An authorized client has credentials of its own. It asks before the setup: the device's offer follows that at once.
          const own = options.iceServers ?? (options.token ? await client.requestIceServers() : null);
          client.start();
          const transport = sdk.MessageTransport.forClient(client, security);
          const { iceServers } = await transport.ready;
          // Any other client has those that the device passed on in the setup.
          connect(transport, own ?? iceServers, false);
        }
        """;

    private RelayedPeer(Tab tab) => Tab = tab;

    public Tab Tab { get; }

    /// <summary>Opens a tab with a device that sends a clock.</summary>
    public static Task<RelayedPeer> OpenCameraAsync(Scene scene, DeviceAddress device, string token, string? secret) =>
        OpenAsync(scene, Camera, device, token, secret, iceServers: null);

    /// <summary>Opens a tab with a viewer.</summary>
    /// <param name="scene">The browser and the service.</param>
    /// <param name="device">What to watch.</param>
    /// <param name="token">Makes it an authorized client.</param>
    /// <param name="secret">What it shares with the device.</param>
    /// <param name="iceServers">What it uses instead of what it is given.</param>
    public static Task<RelayedPeer> OpenViewerAsync(
        Scene scene, DeviceAddress device, string? token = null, string? secret = null, IReadOnlyList<IceServer>? iceServers = null) =>
        OpenAsync(scene, Viewer, device, token, secret, iceServers);

    /// <summary>The ICE servers that it uses.</summary>
    public async Task<IReadOnlyList<IceServer>> IceServersAsync() =>
        (await Tab.Page.EvaluateAsync<JsonElement>("() => ({ iceServers })")).Deserialize(ProtocolJson.Default.IceServersResponse)!.IceServers;

    /// <summary>The kinds of the two candidates that the connection runs over, e.g. <c>relay relay</c>, and the way to the TURN server.</summary>
    public Task<string> RouteAsync() => Tab.Page.EvaluateAsync<string>(
        """
        async () => {
          const stats = [...(await pc.getStats()).values()];
          const transport = stats.find((x) => x.type === 'transport');
          const pair = stats.find((x) => x.id === transport.selectedCandidatePairId);
          const [local, remote] = [pair.localCandidateId, pair.remoteCandidateId].map((id) => stats.find((x) => x.id === id));
          return `${local.candidateType} ${remote.candidateType} ${local.relayProtocol}`;
        }
        """);

    /// <summary>Waits until a TURN server has refused it, and says with what.</summary>
    public async Task<int> RefusalAsync()
    {
        await Tab.Page.WaitForFunctionAsync("() => window.refusals?.some((x) => x.errorCode < 700)");
        return await Tab.Page.EvaluateAsync<int>("() => window.refusals.find((x) => x.errorCode < 700).errorCode");
    }

    /// <summary>Whether it has found any candidate by the end of its gathering.</summary>
    public async Task<bool> HasCandidateAsync()
    {
        await Tab.Page.WaitForFunctionAsync("() => window.pc?.iceGatheringState === 'complete'");
        return await Tab.Page.EvaluateAsync<bool>("() => pc.localDescription.sdp.includes('a=candidate')");
    }

    /// <summary>Ends the call, and with it what it has on the TURN server.</summary>
    public Task HangUpAsync() => Tab.Page.EvaluateAsync("() => { pc.close(); peer.close(); }");

    private static async Task<RelayedPeer> OpenAsync(
        Scene scene, string script, DeviceAddress device, string? token, string? secret, IReadOnlyList<IceServer>? iceServers)
    {
        // Any page of the service that is no page: it has the right origin, and nothing of its own.
        var tab = await scene.OpenTabAsync(scene.Service.BaseUrl + "/health/live");
        tab.ExpectComplaint("favicon.ico");
        await tab.Page.EvaluateAsync(script, new
        {
            productId = device.Product.Value,
            deviceId = device.Device.Value,
            token,
            secret,
            iceServers = iceServers?.Select(x => new { urls = x.Urls, username = x.Username, credential = x.Credential }).ToArray(),
        });
        return new(tab);
    }
}
