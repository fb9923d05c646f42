using System.Security.Cryptography;
using Heliograph.Protocol;

namespace Heliograph.Sdk;

/// <summary>What token generators are given, checked.</summary>
internal static class TokenInput
{
    public static ProductId Product(string productId) => ProductId.TryParse(productId, out var id)
        ? id
        : throw new ArgumentException($"{Quote(productId)} is not a product ID (wp- and 8 of a-z, 0-9).", nameof(productId));

    public static DeviceAddress Device(string productId, string deviceId)
    {
        var product = Product(productId);
        return DeviceId.TryParse(deviceId, out var id)
            ? new(product, id)
            : throw new ArgumentException($"{Quote(deviceId)} is not a device ID (wd- and 16 of a-z, 0-9).", nameof(deviceId));
    }

    public static ECDsa Key(string privateKeyPem) => PrivateKeyPem.TryRead(privateKeyPem, out var key, out var problem)
        ? key
        : throw new ArgumentException($"The private key {problem}.", nameof(privateKeyPem));

    /// <summary>Whether a text can be sent as a token: a line break at the end, as files have it, can't.</summary>
    public static bool IsToken(string? token) => token is { Length: > 0 } && !token.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>What stands where an ID should, unless it may be a key or token that was put in the wrong place.</summary>
    public static string Quote(string? id) => id switch
    {
        null => "null",
        { Length: > 40 } => "The text",
        _ => $"'{id}'",
    };
}
