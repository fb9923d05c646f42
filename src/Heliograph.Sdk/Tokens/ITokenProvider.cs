namespace Heliograph.Sdk;

/// <summary>Where a device's tokens come from: <see cref="DeviceTokenGenerator"/>, or a secure element that holds the key.</summary>
public interface ITokenProvider
{
    /// <summary>
    /// A token that is valid now. Asked at every try to connect and for every setup, perhaps from several threads. What it throws makes
    /// the try fail, and the next one asks again.
    /// </summary>
    /// <param name="cancellationToken">Cancelled when nobody needs the token any more.</param>
    ValueTask<string> GetTokenAsync(CancellationToken cancellationToken);
}
