using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Sdk;

namespace Heliograph.Browser.Tests.Sdk;

/// <summary>
/// Chromium's <c>RTCPeerConnection</c> as the WebRTC stack of the .NET SDK: the peer connection lives in a tab, its signaling in this
/// process. It is what an adapter to any stack looks like.
/// </summary>
internal sealed class BrowserPeerConnection : IPeerConnection, IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly IPage _page;
    private volatile bool _isStable = true;

    private BrowserPeerConnection(Tab tab)
    {
        Tab = tab;
        _page = tab.Page;
    }

    public event EventHandler? NegotiationNeeded;

    public event EventHandler<CandidateGatheredEventArgs>? CandidateGathered;

    public bool IsStable => _isStable;

    /// <summary>The tab; what it receives is shown there as <c>video#remote</c>.</summary>
    public Tab Tab { get; }

    /// <summary>Opens a tab with a peer connection in it.</summary>
    /// <param name="scene">The browser's profile, and the service whose modules draw the picture.</param>
    /// <param name="iceServers">From the setup.</param>
    public static async Task<BrowserPeerConnection> OpenAsync(Scene scene, IReadOnlyList<IceServer> iceServers)
    {
        // Any page of the service that is no page: it has the right origin, and nothing of its own.
        var connection = new BrowserPeerConnection(await scene.OpenTabAsync(scene.Service.BaseUrl + "/health/live"));
        connection.Tab.ExpectComplaint("favicon.ico");
        await connection._page.ExposeFunctionAsync<bool, bool>("tellStable", stable => connection._isStable = stable);
        await connection._page.ExposeFunctionAsync("tellNeeded", () => connection.NegotiationNeeded?.Invoke(connection, EventArgs.Empty));
        await connection._page.ExposeFunctionAsync<JsonElement, bool>("tellCandidate", candidate =>
        {
            connection.CandidateGathered?.Invoke(connection, new(candidate.Deserialize<IceCandidate>(Json)!));
            return true;
        });
        await connection._page.EvaluateAsync(
            """
            (iceServers) => {
              document.body.innerHTML = '<p id="status"></p><video id="remote" autoplay muted playsinline></video>';
              const pc = window.pc = new RTCPeerConnection({ iceServers });
              pc.onsignalingstatechange = () => tellStable(pc.signalingState === 'stable');
              pc.onnegotiationneeded = () => tellNeeded();
              pc.onicecandidate = ({ candidate }) => candidate && tellCandidate(candidate.toJSON());
              pc.ontrack = ({ streams }) => { document.querySelector('#remote').srcObject = streams[0]; };
            }
            """,
            iceServers.Select(server => new { urls = server.Urls, username = server.Username, credential = server.Credential }).ToArray());
        return connection;
    }

    /// <summary>Sends the clock that the page's own camera sends.</summary>
    public Task SendPictureAsync() => _page.EvaluateAsync(
        """
        async () => {
          const { ClockPicture } = await import('/try/picture.js');
          const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
          document.body.append(canvas);
          const stream = new ClockPicture(canvas, 'SDK').capture();
          stream.getTracks().forEach((track) => pc.addTrack(track, stream));
        }
        """);

    public async Task<SessionDescription> SetLocalDescriptionAsync(CancellationToken cancellationToken)
    {
        var description = await _page.EvaluateAsync<JsonElement>(
            """
            async () => {
              await pc.setLocalDescription();
              await tellStable(pc.signalingState === 'stable');
              return pc.localDescription.toJSON();
            }
            """);
        return description.Deserialize<SessionDescription>(Json)!;
    }

    public Task SetRemoteDescriptionAsync(SessionDescription description, CancellationToken cancellationToken) => _page.EvaluateAsync(
        """
        async (description) => {
          await pc.setRemoteDescription(description);
          await tellStable(pc.signalingState === 'stable');
        }
        """,
        new { type = description.Type, sdp = description.Sdp });

    public Task AddIceCandidateAsync(IceCandidate candidate, CancellationToken cancellationToken) => _page.EvaluateAsync(
        "(candidate) => pc.addIceCandidate(candidate)",
        new { candidate = candidate.Candidate, sdpMid = candidate.SdpMid, sdpMLineIndex = candidate.SdpMLineIndex, usernameFragment = candidate.UsernameFragment });

    public async ValueTask DisposeAsync() => await _page.EvaluateAsync("() => pc.close()");
}
