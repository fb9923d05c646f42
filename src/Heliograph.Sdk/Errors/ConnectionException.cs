namespace Heliograph.Sdk;

/// <summary>
/// There is no connection to the service: <see cref="SignalingErrorCodes.NetworkError"/>, <see cref="SignalingErrorCodes.Timeout"/>,
/// <see cref="SignalingErrorCodes.BadResponse"/>, <see cref="SignalingErrorCodes.UrlExpired"/>,
/// <see cref="SignalingErrorCodes.ConnectionLost"/> or
/// <see cref="SignalingErrorCodes.DeviceOffline"/>.
/// </summary>
public sealed class ConnectionException : HeliographException
{
    internal ConnectionException(string code, string message, Exception? inner = null)
        : base(code, message, ErrorAdvice.For(code), inner)
    {
    }
}
