namespace Heliograph.Sdk;

/// <summary>What a <see cref="SignalingClient"/> is made of.</summary>
public sealed record SignalingClientOptions : SignalingOptions
{
    /// <summary>
    /// A client's token, from the vendor's backend (<see cref="ClientTokenGenerator"/>): it makes the channel an authorized one. Null
    /// for the shared-secret model, in which the peers settle it between them.
    /// </summary>
    public string? AccessToken { get; init; }

    /// <summary>Whether to fail with <see cref="SignalingErrorCodes.DeviceOffline"/> rather than wait for the device.</summary>
    public bool RequireOnline { get; init; }

    /// <summary>Everything but the token.</summary>
    public override string ToString() => $"{nameof(SignalingClientOptions)} {{ {Endpoint} {ProductId}/{DeviceId} }}";
}
