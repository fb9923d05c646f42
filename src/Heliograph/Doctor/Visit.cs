using System.Net;
using Heliograph.Protocol;

namespace Heliograph.Doctor;

/// <summary>What is known of the service so far. Each step adds to it; what is still null was not reached.</summary>
internal sealed class Visit(Uri url, DoctorOptions options, TimeProvider time) : IAsyncDisposable
{
    public DoctorOptions Options { get; } = options;

    public TimeProvider Time { get; } = time;

    /// <summary>The service's base URL, without a slash at its end.</summary>
    public string BaseUrl { get; } = url.GetLeftPart(UriPartial.Path).TrimEnd('/');

    public Uri Url { get; } = url;

    public bool IsTls => Url.Scheme == Uri.UriSchemeHttps;

    /// <summary>What the name leads to.</summary>
    public IReadOnlyList<IPAddress>? Addresses { get; set; }

    /// <summary>The first address that took a connection.</summary>
    public IPEndPoint? EndPoint { get; set; }

    /// <summary>Whether the transport is fit to be trusted with tokens: TLS that verifies, or none by choice.</summary>
    public bool IsSecured { get; set; }

    public Caller Caller { get; } = new(options.Timeout);

    /// <summary>The answer that showed a signaling service.</summary>
    public HttpAnswer? FirstAnswer { get; set; }

    /// <summary>How far the service's clock is ahead of this machine's.</summary>
    public TimeSpan ClockOffset { get; set; }

    /// <summary>What to connect as.</summary>
    public Identity? Identity { get; set; }

    public string? DeviceUrl { get; set; }

    public ClientConnectResponse? Client { get; set; }

    /// <summary>Whether the signaling URLs can be opened for all that is known.</summary>
    public bool AreUrlsFit { get; set; }

    public PeerSocket? ClientSocket { get; set; }

    public PeerSocket? DeviceSocket { get; set; }

    public IReadOnlyList<IceServer> IceServers { get; set; } = [];

    /// <summary>A token by the service's clock, so that a clock that is off, which is told by itself, does not hide what comes after.</summary>
    public string TokenOf(System.Security.Cryptography.ECDsa key, KeyOwner signer, string scope) =>
        TokenWriter.Write(key, signer, Identity!.Device, scope, Time.GetUtcNow() + ClockOffset, TimeSpan.FromMinutes(5) + (Options.Idle ?? TimeSpan.Zero));

    /// <summary>Closes both sockets: nothing more is to be had of them.</summary>
    public async Task CloseSocketsAsync()
    {
        var open = ((PeerSocket?[])[ClientSocket, DeviceSocket]).OfType<PeerSocket>().ToList();
        (ClientSocket, DeviceSocket) = (null, null);
        foreach (var socket in open)
            await socket.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseSocketsAsync();
        if (Identity is not null)
            await Identity.DisposeAsync();
        Caller.Dispose();
    }
}
