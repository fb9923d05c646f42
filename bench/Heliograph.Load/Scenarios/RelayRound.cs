using Heliograph.Load.Readings;

namespace Heliograph.Load.Scenarios;

/// <summary>What one round of traffic cost the server.</summary>
internal sealed record RelayRound(long Relayed, double Seconds, double? CpuMicroseconds, double? AllocatedBytes)
{
    public double? PerSecond => Relayed / Seconds;

    public double? CpuPerMessage => CpuMicroseconds / Relayed;

    public double? AllocatedPerMessage => AllocatedBytes / Relayed;
}

/// <summary>The rounds of one server in one mode. Round trips of all rounds are counted together: a p99.9 needs many.</summary>
internal sealed class RelayResult
{
    public List<RelayRound> Rounds { get; } = [];

    public LatencyHistogram RoundTrips { get; } = new();

    /// <summary>Adds the rounds of another process of the same server.</summary>
    public void Add(RelayResult other)
    {
        Rounds.AddRange(other.Rounds);
        RoundTrips.Add(other.RoundTrips);
    }

    public double? Median(Func<RelayRound, double?> value) => Rounds.Select(value).Median();
}
