namespace Heliograph.Sdk;

/// <summary>What to do about an error, by its code, in one sentence or two.</summary>
internal static class ErrorAdvice
{
    /// <summary>About an error that the other peer sent.</summary>
    public static string? ForPeer(string code) => code switch
    {
        SignalingErrorCodes.AccessDenied => "Connect with a token that the device's vendor gives out, or with what else the device asks for.",
        SignalingErrorCodes.VerificationError => "Check that both peers have the same shared secret.",
        SignalingErrorCodes.ChannelNotFound => "The device has restarted: connect with a new client.",
        SignalingErrorCodes.NoMoreChannels => "Try again later.",
        _ => null,
    };

    /// <summary>About an error that the service answered, or that this side found out.</summary>
    public static string? For(string code) => code switch
    {
        SignalingErrorCodes.Unauthorized =>
            "Check that the key which signs the token is registered (a device's on the device, a client's on the product), and that this machine's clock is right.",
        SignalingErrorCodes.AccessDenied => "Check that the token is for this very device and has the scope that is needed.",
        SignalingErrorCodes.ProductIdNotFound => "Check the product ID, and that the endpoint is that of the service where the product was created.",
        SignalingErrorCodes.DeviceIdNotFound => "Check the device ID, and that it was created in this product.",
        SignalingErrorCodes.BadRequest => "Check the product ID (wp- and 8 characters) and the device ID (wd- and 16 characters).",
        SignalingErrorCodes.TooManyRequests => "Wait before the next try.",
        SignalingErrorCodes.Unavailable => "Try again later.",
        SignalingErrorCodes.NetworkError => "Check the endpoint URL and the network.",
        SignalingErrorCodes.Timeout => "Check the network, and that the endpoint is up.",
        SignalingErrorCodes.BadResponse => "Check the endpoint URL; a proxy in between must pass WebSockets on.",
        SignalingErrorCodes.UrlExpired => "Connect with a new client, and a new token where there is one.",
        SignalingErrorCodes.DeviceOffline => "Try again when the device is connected, or wait for it without RequireOnline.",
        _ => null,
    };
}
