namespace Heliograph.Sdk;

/// <summary>What a <see cref="SignalingDevice"/> is made of.</summary>
public sealed record SignalingDeviceOptions : SignalingOptions
{
    /// <summary>Where its tokens come from; most often a <see cref="DeviceTokenGenerator"/>. The device does not dispose it.</summary>
    public required ITokenProvider Tokens { get; init; }

    /// <summary>
    /// The most channels at a time; further clients are told NO_MORE_CHANNELS. Channels whose client has gone make room for new ones.
    /// 1000 by default.
    /// </summary>
    public int MaxChannels { get; init; } = 1000;

    private protected override IEnumerable<string> Problems()
    {
        foreach (var problem in base.Problems())
            yield return problem;
        if (Tokens is null)
            yield return $"{nameof(Tokens)}: must not be null";
        if (MaxChannels <= 0)
            yield return $"{nameof(MaxChannels)}: must be above 0";
    }
}
