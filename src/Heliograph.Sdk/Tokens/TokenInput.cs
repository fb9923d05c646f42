using System.Security.Cryptography;
using Heliograph.Protocol;

namespace Heliograph.Sdk;

/// <summary>What token generators are given, checked.</summary>
internal static class TokenInput
{
    public static ProductId Product(string productId) => ProductId.TryParse(productId, out var id)
        ? id
        : throw new ArgumentException($"'{productId}' is not a product ID (wp- and 8 of a-z, 0-9).", nameof(productId));

    public static DeviceAddress Device(string productId, string deviceId) => DeviceId.TryParse(deviceId, out var id)
        ? new(Product(productId), id)
        : throw new ArgumentException($"'{deviceId}' is not a device ID (wd- and 16 of a-z, 0-9).", nameof(deviceId));

    public static ECDsa Key(string privateKeyPem) => PrivateKeyPem.TryRead(privateKeyPem, out var key, out var problem)
        ? key
        : throw new ArgumentException($"The private key {problem}.", nameof(privateKeyPem));
}
