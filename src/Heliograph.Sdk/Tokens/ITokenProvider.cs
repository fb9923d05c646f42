namespace Heliograph.Sdk;

/// <summary>Where a device's tokens come from: <see cref="DeviceTokenGenerator"/>, or a secure element that holds the key.</summary>
public interface ITokenProvider
{
    /// <summary>A token that is valid now. Asked at every try to connect, perhaps from several threads.</summary>
    ValueTask<string> GetTokenAsync(CancellationToken cancellationToken);
}
