namespace Heliograph.Server.Telemetry;

/// <summary>Metrics.</summary>
internal sealed class TelemetryOptions
{
    /// <summary>Where metrics are pushed to by OTLP, e.g. <c>http://localhost:4317</c>; nowhere, where unset.</summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary>How often metrics are pushed.</summary>
    public TimeSpan OtlpInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether <c>/metrics</c> is open to everyone; if not, to callers on this machine and to read keys of the operator's organization.</summary>
    public bool IsPublic { get; set; }

    public IEnumerable<string> Validate()
    {
        if (OtlpEndpoint is not null && !(Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            yield return "OtlpEndpoint must be an http:// or https:// URL";
        if (OtlpInterval < TimeSpan.FromSeconds(1) || OtlpInterval > TimeSpan.FromDays(1))
            yield return "OtlpInterval must be between 00:00:01 and 1.00:00:00";
    }
}
