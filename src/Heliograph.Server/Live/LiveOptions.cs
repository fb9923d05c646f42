namespace Heliograph.Server.Live;

/// <summary>What the console shows of the present, and what is kept in memory for it.</summary>
internal sealed class LiveOptions
{
    /// <summary>Of how many devices the last connects, disconnects and refusals are kept in memory; those that did something last.</summary>
    public int HistoryDevices { get; set; } = 10_000;

    /// <summary>How many pages that follow what happens one organization may have open.</summary>
    public int StreamsPerOrganization { get; set; } = 50;

    /// <summary>How long the session inspector shows what messages contain, once a manager has switched that on for a device.</summary>
    public TimeSpan ContentTime { get; set; } = TimeSpan.FromMinutes(5);

    public IEnumerable<string> Validate()
    {
        if (HistoryDevices < 1)
            yield return "HistoryDevices must be 1 or more";
        if (StreamsPerOrganization < 1)
            yield return "StreamsPerOrganization must be 1 or more";
        if (ContentTime < TimeSpan.FromSeconds(1) || ContentTime > TimeSpan.FromHours(1))
            yield return "ContentTime must be between 00:00:01 and 01:00:00";
    }
}
