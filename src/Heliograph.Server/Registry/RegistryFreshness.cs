using Microsoft.Extensions.Options;

namespace Heliograph.Server.Registry;

/// <summary>
/// Whether what this node remembers of the registry is good: as long as it hears of all changes, and for <see cref="RegistryOptions.CacheLifetime"/>
/// after it last did. A node that has the database to itself makes all changes itself.
/// </summary>
internal sealed class RegistryFreshness(IOptions<RegistryOptions> options, TimeProvider time)
{
    private const long Always = long.MaxValue;

    private long _goodUntil = Always;

    public bool IsFresh => Volatile.Read(ref _goodUntil) is var until && (until == Always || time.GetTimestamp() < until);

    /// <summary>From here on, every change is heard of.</summary>
    public void Hears() => Volatile.Write(ref _goodUntil, Always);

    /// <summary>Changes may be missed.</summary>
    /// <param name="lastHeard">Until when none was, as <see cref="TimeProvider.GetTimestamp"/> tells it.</param>
    public void IsDeaf(long lastHeard) =>
        Volatile.Write(ref _goodUntil, lastHeard + (long)(options.Value.CacheLifetime.TotalSeconds * time.TimestampFrequency));
}
