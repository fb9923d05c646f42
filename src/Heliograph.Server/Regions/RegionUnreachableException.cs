namespace Heliograph.Server.Regions;

/// <summary>No node of a region has answered; the message says what it does instead.</summary>
internal sealed class RegionUnreachableException(string message, bool isTimeout) : Exception(message)
{
    public bool IsTimeout { get; } = isTimeout;
}
