namespace Heliograph.Server.Connect;

/// <summary>Tickets: how long signaling URLs live.</summary>
internal sealed class ConnectOptions
{
    /// <summary>How long a device's signaling URL opens a socket. Devices ask for a new one for every connection.</summary>
    public TimeSpan DeviceTicketLifetime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a client's signaling URL opens sockets: it is used for every reconnect of the channel. An authorized one ends with its token.</summary>
    public TimeSpan ClientTicketLifetime { get; set; } = TimeSpan.FromDays(1);

    public IEnumerable<string> Validate()
    {
        if (DeviceTicketLifetime < TimeSpan.FromSeconds(5) || DeviceTicketLifetime > TimeSpan.FromHours(1))
            yield return "DeviceTicketLifetime must be between 00:00:05 and 01:00:00";
        if (ClientTicketLifetime < TimeSpan.FromMinutes(1) || ClientTicketLifetime > Registry.Revocations.LongestTicketLifetime)
            yield return "ClientTicketLifetime must be between 00:01:00 and 30.00:00:00";
    }
}
