using System.Security.Cryptography;
using Heliograph.Protocol;

namespace Heliograph.Sdk;

/// <summary>
/// Makes tokens that let clients in, for a vendor's backend: with a private key whose public key is registered on the product. The key
/// opens every device of the product, so it never leaves the backend. Thread-safe.
/// </summary>
public sealed class ClientTokenGenerator : IDisposable
{
    private const string DefaultScope = $"{TokenScopes.ClientConnect} {TokenScopes.Turn}";

    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly ECDsa _key;
    private readonly string _productId;
    private readonly TimeProvider _time;

    /// <summary>Creates a generator.</summary>
    /// <param name="productId">The product.</param>
    /// <param name="privateKeyPem">A private key of the product: NIST P-256, PEM (PKCS #8 or SEC 1).</param>
    /// <param name="timeProvider">The clock; the machine's where null. The service allows 60 s of difference.</param>
    /// <exception cref="ArgumentException">The ID or the key is not one; the message says which and why, and nothing of the key.</exception>
    public ClientTokenGenerator(string productId, string privateKeyPem, TimeProvider? timeProvider = null)
    {
        _productId = TokenInput.Product(productId).Value;
        _key = TokenInput.Key(privateKeyPem);
        KeyId = Protocol.KeyId.Of(KeyOwner.Product, _key.ExportSubjectPublicKeyInfo()).Value;
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>The ID of the key, as it is registered: <c>product:</c> and the hex SHA-256 of the public key.</summary>
    public string KeyId { get; }

    /// <summary>Makes a token.</summary>
    /// <param name="deviceId">The one device that the client may reach.</param>
    /// <param name="lifetime">How long it is valid, and with it the client's channel: an hour where null.</param>
    /// <param name="allowTurn">Whether it gives TURN credentials as well.</param>
    /// <exception cref="ArgumentException">The device ID is not one, or the lifetime is not above zero.</exception>
    public string Generate(string deviceId, TimeSpan? lifetime = null, bool allowTurn = true)
    {
        var device = TokenInput.Device(_productId, deviceId);
        var validFor = lifetime ?? DefaultLifetime;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(validFor, TimeSpan.Zero, nameof(lifetime));
        lock (_gate)
            return TokenWriter.Write(_key, KeyOwner.Product, device, allowTurn ? DefaultScope : TokenScopes.ClientConnect, _time.GetUtcNow(), validFor);
    }

    /// <summary>Lets go of the key.</summary>
    public void Dispose()
    {
        lock (_gate)
            _key.Dispose();
    }
}
