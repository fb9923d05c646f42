using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;

namespace Heliograph.Server.Ice.Stun;

/// <summary>A STUN message (RFC 8489 section 5): as much as asking a STUN or TURN server needs.</summary>
internal sealed record StunMessage(ushort Type, byte[] TransactionId, IReadOnlyList<(ushort Type, byte[] Value)> Attributes)
{
    public const ushort BindingRequest = 0x0001;
    public const ushort AllocateRequest = 0x0003;
    public const ushort RefreshRequest = 0x0004;

    public const ushort Username = 0x0006;
    public const ushort ErrorCode = 0x0009;
    public const ushort Lifetime = 0x000D;
    public const ushort Realm = 0x0014;
    public const ushort Nonce = 0x0015;
    public const ushort XorRelayedAddress = 0x0016;
    public const ushort RequestedTransport = 0x0019;
    public const ushort XorMappedAddress = 0x0020;

    /// <summary>Bytes of the header; those that follow are counted in it.</summary>
    public const int HeaderSize = 20;

    private const uint MagicCookie = 0x2112_A442;
    private const ushort MessageIntegrity = 0x0008;
    private const int IdSize = 12;
    private const ushort SuccessClass = 0x0100;
    private const ushort ErrorClass = 0x0110;

    /// <summary>A request with a transaction ID of its own, which nobody off the path can guess.</summary>
    public static StunMessage Request(ushort type, params IReadOnlyList<(ushort, byte[])> attributes) =>
        new(type, RandomNumberGenerator.GetBytes(IdSize), attributes);

    public bool IsSuccessOf(StunMessage request) => Type == (request.Type | SuccessClass);

    public bool IsErrorOf(StunMessage request) => Type == (request.Type | ErrorClass);

    /// <summary>Whether it answers this request, well or badly.</summary>
    public bool Answers(StunMessage request) =>
        TransactionId.AsSpan().SequenceEqual(request.TransactionId) && (IsSuccessOf(request) || IsErrorOf(request));

    public byte[]? Find(ushort attribute) => Attributes.FirstOrDefault(x => x.Type == attribute).Value;

    /// <summary>The number of an error; null where it has none.</summary>
    public int? Error => Find(ErrorCode) is { Length: >= 4 } value ? (value[2] & 7) * 100 + value[3] : null;

    /// <summary>An address that travels XORed, so that no router changes it on the way (section 14.2); null where it is missing or malformed.</summary>
    public IPEndPoint? FindAddress(ushort attribute)
    {
        if (Find(attribute) is not { } value || (value.Length, value.ElementAtOrDefault(1)) is not ((8, 1) or (20, 2)))
            return null;

        Span<byte> mask = stackalloc byte[4 + IdSize];
        BinaryPrimitives.WriteUInt32BigEndian(mask, MagicCookie);
        TransactionId.CopyTo(mask[4..]);
        var port = BinaryPrimitives.ReadUInt16BigEndian(value.AsSpan(2)) ^ (MagicCookie >> 16);
        var address = value[4..];
        for (var i = 0; i < address.Length; i++)
            address[i] ^= mask[i];
        return new(new IPAddress(address), (int)port);
    }

    /// <summary>The message's bytes.</summary>
    /// <param name="integrityKey">Signs it with MESSAGE-INTEGRITY (section 14.5), where given.</param>
    public byte[] Write(byte[]? integrityKey = null)
    {
        var bytes = new List<byte>(new byte[HeaderSize]);
        foreach (var (type, value) in Attributes)
            Append(bytes, type, value);
        if (integrityKey is not null)
        {
            // What is signed is all before the attribute, with a length that already counts it.
            WriteHeader(bytes, bytes.Count + 4 + HMACSHA1.HashSizeInBytes);
            Append(bytes, MessageIntegrity, Hmac(integrityKey, [.. bytes]));
        }

        WriteHeader(bytes, bytes.Count);
        return [.. bytes];
    }

    /// <summary>Reads a message; null where the bytes are something else.</summary>
    public static StunMessage? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize || bytes[0] >= 0x40
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) != MagicCookie
            || BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) != bytes.Length - HeaderSize)
            return null;

        var attributes = new List<(ushort, byte[])>();
        var rest = bytes[HeaderSize..];
        while (!rest.IsEmpty)
        {
            if (rest.Length < 4)
                return null;
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            var padded = 4 + (length + 3 & ~3);
            if (rest.Length < padded)
                return null;
            attributes.Add((BinaryPrimitives.ReadUInt16BigEndian(rest), rest.Slice(4, length).ToArray()));
            rest = rest[padded..];
        }

        return new(BinaryPrimitives.ReadUInt16BigEndian(bytes), bytes.Slice(8, IdSize).ToArray(), attributes);
    }

    private static void Append(List<byte> bytes, ushort type, byte[] value)
    {
        bytes.AddRange([(byte)(type >> 8), (byte)type, (byte)(value.Length >> 8), (byte)value.Length]);
        bytes.AddRange(value);
        bytes.AddRange(new byte[-value.Length & 3]);
    }

    private void WriteHeader(List<byte> bytes, int total)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        BinaryPrimitives.WriteUInt16BigEndian(header, Type);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(total - HeaderSize));
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], MagicCookie);
        TransactionId.CopyTo(header[8..]);
        for (var i = 0; i < HeaderSize; i++)
            bytes[i] = header[i];
    }

    // What RFC 8489 prescribes for long-term credentials.
#pragma warning disable CA5350
    private static byte[] Hmac(byte[] key, byte[] bytes) => HMACSHA1.HashData(key, bytes);
#pragma warning restore CA5350
}
