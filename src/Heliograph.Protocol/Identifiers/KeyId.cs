using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Heliograph.Protocol;

/// <summary>
/// The ID of a public key, the <c>kid</c> of tokens: <c>device:</c> or <c>product:</c> and the lower-case hex SHA-256 of the
/// key's DER SubjectPublicKeyInfo. Read in any case; <c>products:</c>, which some tools write, is read as <c>product:</c>.
/// </summary>
public readonly record struct KeyId
{
    private const string DevicePrefix = "device:";
    private const string ProductPrefix = "product:";
    private const string ProductPrefixOfSomeTools = "products:";

    private KeyId(KeyOwner owner, string value)
    {
        Owner = owner;
        Value = value;
    }

    /// <summary>Whom the key belongs to.</summary>
    public KeyOwner Owner { get; }

    /// <summary>The whole ID, prefix included.</summary>
    public string Value { get; }

    /// <summary>The ID of a key, from its DER SubjectPublicKeyInfo.</summary>
    public static KeyId Of(KeyOwner owner, ReadOnlySpan<byte> subjectPublicKeyInfo) =>
        new(owner, Prefix(owner) + Convert.ToHexStringLower(SHA256.HashData(subjectPublicKeyInfo)));

    /// <summary>Reads a key ID; false where the text has another form.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out KeyId id)
    {
        id = default;
        if (text is null)
            return false;

        var colon = text.IndexOf(':');
        var hash = text.AsSpan(colon + 1);
        if (colon < 0 || hash.Length != SHA256.HashSizeInBytes * 2 || hash.ContainsAnyExcept(HexDigits))
            return false;

        KeyOwner owner;
        var prefix = text.AsSpan(0, colon + 1);
        if (prefix.Equals(DevicePrefix, StringComparison.OrdinalIgnoreCase))
            owner = KeyOwner.Device;
        else if (prefix.Equals(ProductPrefix, StringComparison.OrdinalIgnoreCase)
            || prefix.Equals(ProductPrefixOfSomeTools, StringComparison.OrdinalIgnoreCase))
            owner = KeyOwner.Product;
        else
            return false;

        id = new(owner, Prefix(owner) + text[(colon + 1)..].ToLowerInvariant());
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => Value;

    private static readonly System.Buffers.SearchValues<char> HexDigits =
        System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");

    private static string Prefix(KeyOwner owner) => owner == KeyOwner.Device ? DevicePrefix : ProductPrefix;
}
