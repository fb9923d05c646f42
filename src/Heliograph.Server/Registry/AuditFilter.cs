using Heliograph.Protocol;

namespace Heliograph.Server.Registry;

/// <summary>Which entries of the audit log are asked for; what is null does not matter.</summary>
internal sealed record AuditFilter
{
    /// <summary>The first time, in UTC.</summary>
    public DateTime? From { get; init; }

    /// <summary>The first time that is not asked for any more, in UTC.</summary>
    public DateTime? To { get; init; }

    /// <summary>The ID or the name of who did it.</summary>
    public string? Actor { get; init; }

    /// <summary>An action, or the beginning of some; see <see cref="AuditAction.Covers"/>.</summary>
    public string? Action { get; init; }

    public ProductId? Product { get; init; }

    public DeviceId? Device { get; init; }
}
