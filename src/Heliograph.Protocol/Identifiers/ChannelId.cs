using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Heliograph.Protocol;

/// <summary>
/// A channel: one client's connection to one device. 128 random bits, on the wire 32 lower-case hex digits.
/// Kept as a number so that the relay looks it up without making a string.
/// </summary>
public readonly record struct ChannelId(UInt128 Value)
{
    /// <summary>Bytes of the ID's UTF-8 text.</summary>
    public const int TextLength = 32;

    private const int Size = 16;

    /// <summary>A new ID that nobody can guess.</summary>
    public static ChannelId New()
    {
        Span<byte> bytes = stackalloc byte[Size];
        RandomNumberGenerator.Fill(bytes);
        return FromBytes(bytes);
    }

    /// <summary>The ID of 16 bytes, big endian.</summary>
    public static ChannelId FromBytes(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    /// <summary>Writes the ID as 16 bytes, big endian.</summary>
    public void WriteBytes(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Value);

    /// <summary>Reads the text of an ID, in any case; false where it has another form.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ChannelId id)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (text.Length != TextLength || Convert.FromHexString(text, bytes, out _, out _) != OperationStatus.Done)
        {
            id = default;
            return false;
        }

        id = FromBytes(bytes);
        return true;
    }

    /// <summary>Writes the 32 bytes of the ID's text.</summary>
    public void WriteText(Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[Size];
        WriteBytes(bytes);
        Convert.TryToHexStringLower(bytes, destination, out _);
    }

    /// <inheritdoc />
    public override string ToString() => Value.ToString("x32");
}
