using System.Diagnostics.CodeAnalysis;

namespace Heliograph.Protocol;

/// <summary>A device ID: <c>wd-</c> and 16 of <c>[a-z0-9]</c>, unique within its product. Read in any case, kept in lower case.</summary>
public readonly record struct DeviceId
{
    private const string Prefix = "wd-";
    private const int Length = 16;

    private DeviceId(string value) => Value = value;

    /// <summary>The ID in lower case.</summary>
    public string Value { get; }

    /// <summary>A new random ID.</summary>
    public static DeviceId New() => new(IdText.New(Prefix, Length));

    /// <summary>Reads an ID; false where the text has another form.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DeviceId id)
    {
        var value = IdText.Normalize(text, Prefix, Length);
        id = value is null ? default : new(value);
        return value is not null;
    }

    /// <summary>Reads an ID that is known to be well formed.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static DeviceId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a device ID (wd- and 16 of a-z, 0-9).");

    /// <inheritdoc />
    public override string ToString() => Value;
}
