namespace Heliograph.Server.Connect;

/// <summary>Which side of a channel a peer is.</summary>
internal enum Role : byte
{
    Device = 1,
    Client = 2,
}
