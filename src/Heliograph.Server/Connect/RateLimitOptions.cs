namespace Heliograph.Server.Connect;

/// <summary>How often the three connect calls may be made, each counted by itself.</summary>
internal sealed class RateLimitOptions
{
    /// <summary>Calls per second that one remote address (IPv6: one /64) may make for long.</summary>
    public int PerAddress { get; set; } = 50;

    /// <summary>Calls that one remote address may make at once after a quiet time.</summary>
    public int PerAddressBurst { get; set; } = 200;

    /// <summary>Calls per second that are answered for one product for long.</summary>
    public int PerProduct { get; set; } = 500;

    /// <summary>Calls that are answered for one product at once after a quiet time.</summary>
    public int PerProductBurst { get; set; } = 5000;

    public IEnumerable<string> Validate()
    {
        foreach (var (name, value) in ((string, int)[])
            [(nameof(PerAddress), PerAddress), (nameof(PerAddressBurst), PerAddressBurst),
             (nameof(PerProduct), PerProduct), (nameof(PerProductBurst), PerProductBurst)])
        {
            if (value is < 1 or > 10_000_000)
                yield return $"{name} must be between 1 and 10000000";
        }
    }
}
