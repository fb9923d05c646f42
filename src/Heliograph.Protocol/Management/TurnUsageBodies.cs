namespace Heliograph.Protocol.Management;

/// <summary>What the sessions of a TURN server have relayed since its last report.</summary>
public sealed record TurnUsageReport
{
    /// <summary>Who reports: a text of 16 to 64 letters and digits that nobody else uses.</summary>
    public string? Reporter { get; init; }

    /// <summary>The report's number, one higher each time. A report whose number has been counted is not counted again.</summary>
    public long? Sequence { get; init; }

    /// <summary>Bytes by device, at most 10000.</summary>
    public IReadOnlyList<TurnDeviceUsage?>? Usage { get; init; }
}

/// <summary>What was relayed for a device.</summary>
public sealed record TurnDeviceUsage
{
    /// <summary>The product.</summary>
    public string? ProductId { get; init; }

    /// <summary>The device.</summary>
    public string? DeviceId { get; init; }

    /// <summary>Bytes, in both directions together.</summary>
    public long? Bytes { get; init; }
}

/// <summary>What became of a report.</summary>
/// <param name="Counted">For how many devices bytes were counted; 0 where this very report was counted before.</param>
/// <param name="Unknown">How many devices are none of this service's; what was relayed for them is not counted.</param>
public sealed record TurnUsageAnswer(int Counted, int Unknown);
