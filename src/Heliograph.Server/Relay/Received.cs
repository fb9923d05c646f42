namespace Heliograph.Server.Relay;

/// <summary>Something that a socket received. The payload is valid until the next is received.</summary>
internal readonly record struct Received(ReceivedKind Kind, ReadOnlyMemory<byte> Payload, ushort? CloseCode)
{
    /// <summary>Whether nothing more can be received.</summary>
    public bool IsLast => Kind is ReceivedKind.Close or ReceivedKind.Violation;

    public static Received Violation(ushort code) => new(ReceivedKind.Violation, default, code);
}
