using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Tests.Proxy;

/// <summary>One way in which a service breaks a rule: what a proxy before the real service changes on the way.</summary>
internal sealed record Flaw
{
    /// <summary>Answers a call in the service's place; null where it goes on.</summary>
    public Func<ProxyRequest, HttpAnswer?>? Call { get; init; }

    /// <summary>Changes the answer to a call.</summary>
    public Func<ProxyRequest, HttpAnswer, HttpAnswer>? Answer { get; init; }

    /// <summary>Refuses a handshake in the service's place; null where it goes on.</summary>
    public Func<Link, HttpAnswer?>? Handshake { get; init; }

    /// <summary>Before the service is asked to open a socket.</summary>
    public Func<Link, Task>? Opening { get; init; }

    /// <summary>A socket has opened.</summary>
    public Func<Link, Task>? Opened { get; init; }

    /// <summary>Opens what the service refused, and then stays silent.</summary>
    public bool OpensRefused { get; init; }

    /// <summary>Keeps the connection to the service where the peer cuts its own.</summary>
    public bool OutlivesPeer { get; init; }

    /// <summary>Frames on the way from a peer to the service.</summary>
    public Func<Link, WireFrame, Task<IReadOnlyList<WireFrame>>>? FromPeer { get; init; }

    /// <summary>Frames on the way from the service to a peer.</summary>
    public Func<Link, WireFrame, Task<IReadOnlyList<WireFrame>>>? FromService { get; init; }
}
