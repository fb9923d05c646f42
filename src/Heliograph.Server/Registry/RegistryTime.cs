namespace Heliograph.Server.Registry;

/// <summary>Time as the registry keeps it.</summary>
internal static class RegistryTime
{
    /// <summary>
    /// Now, in UTC and whole milliseconds: what the database gives back is what was put in, and two times compare the same before
    /// and after a restart.
    /// </summary>
    public static DateTime GetUtcMilliseconds(this TimeProvider time) => time.GetUtcNow().UtcDateTime.ToMilliseconds();

    /// <summary>The time without what is finer than a millisecond.</summary>
    public static DateTime ToMilliseconds(this DateTime time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond));
}
