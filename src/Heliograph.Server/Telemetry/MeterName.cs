namespace Heliograph.Server.Telemetry;

/// <summary>The name of the meter that all of the service's metrics belong to.</summary>
internal static class MeterName
{
    public const string Value = "Heliograph";
}
