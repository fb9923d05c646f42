namespace Heliograph.Server.Tokens;

/// <summary>Access tokens of devices and clients.</summary>
internal sealed class TokenOptions
{
    /// <summary>How far the clock of whoever signed a token may be off.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(60);

    public IEnumerable<string> Validate()
    {
        if (ClockSkew < TimeSpan.Zero || ClockSkew > TimeSpan.FromMinutes(10))
            yield return "ClockSkew must be between 00:00:00 and 00:10:00";
    }
}
