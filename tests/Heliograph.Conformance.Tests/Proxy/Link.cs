using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Tests.Proxy;

/// <summary>A WebSocket through the proxy.</summary>
internal sealed class Link(FlawedService proxy, ProxyRequest request, Handout? handout, WireConnection peer) : IDisposable
{
    private readonly SemaphoreSlim _toPeer = new(1);
    private readonly SemaphoreSlim _toService = new(1);

    public FlawedService Proxy { get; } = proxy;

    public ProxyRequest Request { get; } = request;

    /// <summary>What the URL was handed out for; null where it is none that was handed out.</summary>
    public Handout? Handout { get; } = handout;

    public bool IsDevice => Handout is { Channel: null };

    public bool IsClient => Handout is { Channel: not null };

    public WireConnection? Service { get; set; }

    /// <summary>How often the URL, or for a device any URL of it, had been opened before.</summary>
    public int OpenedBefore { get; set; }

    public bool IsOver { get; set; }

    /// <summary>Whatever a flaw remembers.</summary>
    public Dictionary<string, object> Memory { get; } = new(StringComparer.Ordinal);

    /// <summary>The open sockets of the other side of this one's device.</summary>
    public IEnumerable<Link> Others => Proxy.Links.Where(x => !x.IsOver && x.Handout?.Device == Handout?.Device && x.IsDevice != IsDevice);

    /// <summary>Other sockets in the same place: of the same device, or on the same channel.</summary>
    public IEnumerable<Link> SamePlace => Proxy.Links.Where(x => x != this && x.Handout is not null && x.Handout.Device == Handout?.Device && x.Handout.Channel == Handout?.Channel);

    public Task ToPeerAsync(WireFrame frame) => SendAsync(_toPeer, peer, frame with { IsMasked = false });

    public Task ToServiceAsync(WireFrame frame) => SendAsync(_toService, Service!, frame with { IsMasked = true });

    public Task ToPeerAsync(string text) => ToPeerAsync(WireFrame.OfText(text));

    /// <summary>Cuts both sides.</summary>
    public void Cut()
    {
        IsOver = true;
        peer.Reset();
        Service?.Reset();
    }

    public void Dispose()
    {
        _toPeer.Dispose();
        _toService.Dispose();
    }

    private static async Task SendAsync(SemaphoreSlim turn, WireConnection connection, WireFrame frame)
    {
        await turn.WaitAsync();
        try
        {
            await connection.SendAsync(frame.ToBytes());
        }
        finally
        {
            turn.Release();
        }
    }
}

/// <summary>A signaling URL that was handed out.</summary>
/// <param name="Device">The device's ID.</param>
/// <param name="Channel">The client's channel; null for a device's URL.</param>
/// <param name="IsAuthorized">Whether a token was shown.</param>
/// <param name="At">When.</param>
internal sealed record Handout(string Device, string? Channel, bool IsAuthorized, long At);
