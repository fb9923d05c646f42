using Heliograph.Protocol;

namespace Heliograph.Server.Connect;

/// <summary>What a signaling URL stands for: everything the WebSocket needs to know of the peer that opens it.</summary>
/// <param name="Role">Which side the peer is.</param>
/// <param name="Device">The device that connects, or that the client wants to reach.</param>
/// <param name="Channel">A client's channel; of no meaning for a device.</param>
/// <param name="Authorized">Whether the client showed a valid token.</param>
/// <param name="Key">The key that signed the peer's token, if it showed one.</param>
/// <param name="IssuedAt">When the registry was asked, UTC with milliseconds.</param>
/// <param name="ExpiresAt">When the URL stops opening sockets, UTC with milliseconds.</param>
internal sealed record Ticket(
    Role Role,
    DeviceAddress Device,
    ChannelId Channel,
    bool Authorized,
    KeyId? Key,
    DateTime IssuedAt,
    DateTime ExpiresAt);
