namespace Heliograph.Server.Management.Import;

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

/// <summary>What a line of an import says, where nothing is wrong with it.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Id">The device's ID.</param>
/// <param name="PublicKeys">Its keys as DER SubjectPublicKeyInfo.</param>
/// <param name="Name">Its name, where it has one.</param>
/// <param name="Tags">Tags of its own, where it has any.</param>
internal sealed record ImportDevice(
    int Line, Protocol.DeviceId Id, IReadOnlyList<byte[]> PublicKeys, string? Name, IReadOnlyDictionary<string, string>? Tags);

/// <summary>Something that is wrong with a line of an import.</summary>
internal sealed record ImportProblem(int Line, string Text);
