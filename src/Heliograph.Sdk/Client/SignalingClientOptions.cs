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

    private protected override IEnumerable<string> Problems()
    {
        foreach (var problem in base.Problems())
            yield return problem;
        if (AccessToken is not null && !TokenInput.IsToken(AccessToken))
            yield return $"{nameof(AccessToken)}: must be a token, without white space before, in or after it; or null";
    }

    /// <summary>Everything but the token.</summary>
    public override string ToString() => $"{nameof(SignalingClientOptions)} {{ {Endpoint} {ProductId}/{DeviceId} }}";
}
