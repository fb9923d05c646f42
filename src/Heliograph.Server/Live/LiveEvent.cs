using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Connect;
using Heliograph.Server.Registry;
using Heliograph.Server.Relay;

namespace Heliograph.Server.Live;

/// <summary>Something that happened, on this node or another. <see cref="EventWords"/> says it in words.</summary>
internal sealed record LiveEvent(LiveEventKind Kind, DateTime At)
{
    /// <summary>The node that it happened on; null for this one.</summary>
    public string? Node { get; init; }

    /// <summary>Its number in the organization's feed. One that happened again gets a new one.</summary>
    public long Id { get; init; }

    /// <summary>The number that it had when it happened first.</summary>
    public long FirstId { get; init; }

    /// <summary>How often it happened, one after the other.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The product it is about; null where none is known.</summary>
    public ProductId? Product { get; init; }

    /// <summary>The device it is about; null where none is known. Only where <see cref="IsDeviceKnown"/>, there is such a device.</summary>
    public DeviceId? Device { get; init; }

    /// <summary>Whether the device was found in the registry, and is not just what a caller wrote.</summary>
    public bool IsDeviceKnown { get; init; }

    /// <summary>Enough of the channel's ID to tell channels apart.</summary>
    public string? Channel { get; init; }

    public bool IsAuthorized { get; init; }

    /// <summary>Who sent what could not be handed on.</summary>
    public Role Sender { get; init; }

    public IPAddress? Address { get; init; }

    /// <summary>Why a connection ended.</summary>
    public EndReason Reason { get; init; }

    /// <summary>How long a connection was open, or how long content is shown.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Messages that the peer had sent.</summary>
    public long Messages { get; init; }

    /// <summary>The call, e.g. <c>client/connect</c>.</summary>
    public string? Call { get; init; }

    /// <summary>The code that a call was refused with.</summary>
    public string? Code { get; init; }

    /// <summary>Why a call was refused, as the caller was told.</summary>
    public string? Why { get; init; }

    /// <summary>Who did it.</summary>
    public Actor? Actor { get; init; }

    /// <summary>The device, where both of its IDs are known.</summary>
    public DeviceAddress? DeviceAddress => Product is { } product && Device is { } device ? new(product, device) : null;

    public static LiveEvent Of(LiveEventKind kind, DateTime at, DeviceAddress device) =>
        new(kind, at) { Product = device.Product, Device = device.Device, IsDeviceKnown = true };

    public static LiveEvent Of(LiveEventKind kind, DateTime at, Peer peer) => Of(kind, at, peer.Device) with
    {
        Address = peer.Address,
        Sender = peer.Role,
        Channel = peer.Role == Role.Client ? ChannelName.Of(peer.Channel) : null,
        IsAuthorized = peer.IsAuthorized,
    };

    /// <summary>Whether this is the same thing happening again: a peer that tries and fails over and over is told once, with a number.</summary>
    public bool Repeats(LiveEvent earlier) =>
        Kind is LiveEventKind.CallRefused or LiveEventKind.PeerOffline or LiveEventKind.IdentityConflict
        && Kind == earlier.Kind && Product == earlier.Product && Device == earlier.Device && Channel == earlier.Channel
        && Call == earlier.Call && Code == earlier.Code && Why == earlier.Why && Sender == earlier.Sender && Equals(Address, earlier.Address);
}
