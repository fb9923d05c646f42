using System.Text.Json.Serialization;

namespace Heliograph.Turn;

/// <summary>What a reporter must still know after its end. Devices are named <c>{productId}:{deviceId}</c>.</summary>
internal sealed class ReportState
{
    public required string Reporter { get; init; }

    /// <summary>The number of the last report that was made.</summary>
    public long Sequence { get; set; }

    /// <summary>The last report's bytes by device, until the service has answered it.</summary>
    public Dictionary<string, long>? Outgoing { get; set; }

    /// <summary>Bytes by device that are in no report yet.</summary>
    public Dictionary<string, long> Pending { get; init; } = [];

    /// <summary>Sessions that go on.</summary>
    public Dictionary<string, SessionState> Sessions { get; init; } = [];
}

/// <summary>A session of which the beginning was heard.</summary>
internal sealed class SessionState
{
    /// <summary>What has been heard of.</summary>
    public long Bytes { get; init; }

    public DateTimeOffset LastHeard { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ReportState))]
internal sealed partial class TurnJson : JsonSerializerContext;
