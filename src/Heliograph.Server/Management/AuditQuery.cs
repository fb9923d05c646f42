using System.Globalization;
using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Server.Management;

/// <summary>What a URL asks for of the audit log; the API and the console ask in the same words.</summary>
internal static class AuditQuery
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    private static readonly string[] Filters = ["from", "to", "actor", "action", "product", "device"];

    /// <summary>Which entries are asked for.</summary>
    /// <exception cref="ApiException">400: a parameter is not what it should be.</exception>
    public static AuditFilter ReadFilter(IQueryCollection query)
    {
        var action = Text(query, "action");
        if (action is not null && !AuditAction.IsKnown(action))
            throw FieldRules.Problem("action", "must be an action such as product.create, or the beginning of some such as product");
        return new()
        {
            From = ReadTime(query, "from", endOfDay: false),
            To = ReadTime(query, "to", endOfDay: true),
            Actor = Text(query, "actor"),
            Action = action,
            Product = Text(query, "product") is { } product
                ? ProductId.TryParse(product, out var productId) ? productId : throw FieldRules.Problem("product", "must be 'wp-' and 8 letters or digits")
                : null,
            Device = Text(query, "device") is { } device ? FieldRules.ReadDeviceId(device, "device") : null,
        };
    }

    /// <summary>The place in the list, and how many entries from there.</summary>
    /// <exception cref="ApiException">400: a parameter is not what it should be.</exception>
    public static (string? Before, int Limit) ReadPage(IQueryCollection query)
    {
        var limit = DefaultLimit;
        if (Text(query, "limit") is { } text && (!int.TryParse(text, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
            throw FieldRules.Problem("limit", $"must be a number from 1 to {MaxLimit}");
        var before = Text(query, "cursor");
        if (before is not null && !AuditId.IsId(before))
            throw FieldRules.Problem("cursor", "must be the cursor of a page before");
        return (before, limit);
    }

    /// <summary>The query of the same filter with something more.</summary>
    public static string With(IQueryCollection query, params ReadOnlySpan<(string Name, string? Value)> more)
    {
        var result = QueryString.Empty;
        foreach (var name in Filters)
        {
            if (Text(query, name) is { } value)
                result = result.Add(name, value);
        }

        foreach (var (name, value) in more)
        {
            if (value is not null)
                result = result.Add(name, value);
        }

        return result.ToString();
    }

    /// <summary>A time in UTC, or a date: as the first time the beginning of that day, as the last one its end.</summary>
    private static DateTime? ReadTime(IQueryCollection query, string name, bool endOfDay)
    {
        if (Text(query, name) is not { } text)
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue)
            return day.AddDays(endOfDay ? 1 : 0).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        if (text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return time.UtcDateTime;
        throw FieldRules.Problem(name, "must be a date or a time in UTC, such as 2026-11-22 or 2026-11-22T21:30:00Z");
    }

    private static string? Text(IQueryCollection query, string name) => query[name].ToString().Trim() is { Length: > 0 } text ? text : null;
}
