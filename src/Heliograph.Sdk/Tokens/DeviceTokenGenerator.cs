using System.Security.Cryptography;
using Heliograph.Protocol;

namespace Heliograph.Sdk;

/// <summary>
/// Makes a device's tokens, with a private key whose public key is registered on the device. Thread-safe.
/// </summary>
public sealed class DeviceTokenGenerator : ITokenProvider, IDisposable
{
    private const string DefaultScope = $"{TokenScopes.DeviceConnect} {TokenScopes.Turn}";

    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly ECDsa _key;
    private readonly DeviceAddress _device;
    private readonly TimeProvider _time;

    /// <summary>Creates a generator.</summary>
    /// <param name="productId">The product.</param>
    /// <param name="deviceId">The device.</param>
    /// <param name="privateKeyPem">Its private key: NIST P-256, PEM (PKCS #8 or SEC 1).</param>
    /// <param name="timeProvider">The clock; the machine's where null. The service allows 60 s of difference.</param>
    /// <exception cref="ArgumentException">An ID or the key is not one; the message says which and why, and nothing of the key.</exception>
    public DeviceTokenGenerator(string productId, string deviceId, string privateKeyPem, TimeProvider? timeProvider = null)
    {
        _device = TokenInput.Device(productId, deviceId);
        _key = TokenInput.Key(privateKeyPem);
        KeyId = Protocol.KeyId.Of(KeyOwner.Device, _key.ExportSubjectPublicKeyInfo()).Value;
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>The ID of the key, as it is registered: <c>device:</c> and the hex SHA-256 of the public key.</summary>
    public string KeyId { get; }

    /// <summary>Makes a token that lives for five minutes, with the scopes <c>device:connect</c> and <c>turn</c>.</summary>
    public string Generate()
    {
        lock (_gate)
            return TokenWriter.Write(_key, KeyOwner.Device, _device, DefaultScope, _time.GetUtcNow(), DefaultLifetime);
    }

    /// <inheritdoc />
    public ValueTask<string> GetTokenAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Generate());

    /// <summary>Lets go of the key.</summary>
    public void Dispose()
    {
        lock (_gate)
            _key.Dispose();
    }
}
