namespace Heliograph.Devices;

/// <summary>What a line of an import says, not yet checked.</summary>
internal sealed record ImportRow(int Line)
{
    public string? DeviceId { get; init; }

    public IReadOnlyList<string> PublicKeys { get; init; } = [];

    public string? Name { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>What was wrong with its form.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}
