using System.Diagnostics.CodeAnalysis;

namespace Heliograph.Protocol;

/// <summary>A product ID: <c>wp-</c> and 8 of <c>[a-z0-9]</c>, made by the service. Read in any case, kept in lower case.</summary>
public readonly record struct ProductId
{
    private const string Prefix = "wp-";
    private const int Length = 8;

    private ProductId(string value) => Value = value;

    /// <summary>The ID in lower case.</summary>
    public string Value { get; }

    /// <summary>A new random ID.</summary>
    public static ProductId New() => new(IdText.New(Prefix, Length));

    /// <summary>Reads an ID; false where the text has another form.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ProductId id)
    {
        var value = IdText.Normalize(text, Prefix, Length);
        id = value is null ? default : new(value);
        return value is not null;
    }

    /// <summary>Reads an ID that is known to be well formed.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static ProductId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a product ID (wp- and 8 of a-z, 0-9).");

    /// <inheritdoc />
    public override string ToString() => Value;
}
