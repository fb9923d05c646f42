using Heliograph.Protocol;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Server.Console.Devices;

/// <summary>The URLs of the pages about devices.</summary>
internal static class DevicePaths
{
    public static string List(string product) => $"/console/products/{product}/devices";

    public static string Of(string product, string device) => $"{List(product)}/{device}";

    public static string Of(DeviceAddress device) => Of(device.Product.Value, device.Device.Value);

    /// <summary>The page that plays a device in the browser, as the camera or as its viewer.</summary>
    public static string Try(DeviceAddress device) => $"/console/try?product={device.Product}&device={device.Device}";

    /// <summary>The page that follows its channels.</summary>
    public static string Inspect(DeviceAddress device) => Of(device) + "/inspect";

    /// <summary>The devices of a batch.</summary>
    public static string Batch(string product, long batch) => List(product, new DeviceListQuery($"batch:{batch}", null, DeviceListQuery.DefaultSize));

    /// <summary>A page of a search.</summary>
    public static string List(string product, DeviceListQuery query, DeviceCursor cursor = default) => List(product) + query.ToQueryString(cursor);

    /// <summary>The devices of a search as CSV.</summary>
    public static string Export(string product, DeviceListQuery query) => List(product) + "/export.csv" + query.ToQueryString();
}

/// <summary>What is asked for in the list of devices, as its URL has it: whoever has the URL sees the same.</summary>
/// <param name="Text">What is searched for.</param>
/// <param name="State"><c>online</c>, <c>offline</c>, or all.</param>
/// <param name="Size">Devices a page.</param>
internal sealed record DeviceListQuery(string? Text, string? State, int Size)
{
    public const int DefaultSize = 50;
    private const int MaxText = 300;

    public static readonly IReadOnlyList<int> Sizes = [25, DefaultSize, 100, 250];

    /// <summary>What a URL asks for. What it says of no meaning is passed over: people shorten URLs and mend them.</summary>
    public static DeviceListQuery Read(IQueryCollection query)
    {
        var text = query["q"].ToString().Trim();
        var state = query["state"].ToString();
        return new(
            text.Length == 0 ? null : text[..Math.Min(text.Length, MaxText)],
            state is "online" or "offline" ? state : null,
            int.TryParse(query["size"], out var size) && Sizes.Contains(size) ? size : DefaultSize);
    }

    /// <summary>The place in the list that a URL asks for.</summary>
    public static DeviceCursor ReadCursor(IQueryCollection query) =>
        DeviceId.TryParse(query["before"], out var before) ? new(Before: before.Value)
        : DeviceId.TryParse(query["after"], out var after) ? new(After: after.Value)
        : default;

    public DeviceFilter ToFilter() => new(Text, State switch { "online" => true, "offline" => false, _ => null });

    public string ToQueryString(DeviceCursor cursor = default)
    {
        var query = QueryString.Empty;
        foreach (var (name, value) in ((string, string?)[])
        [
            ("q", Text), ("state", State), ("size", Size == DefaultSize ? null : Size.ToString()), ("after", cursor.After), ("before", cursor.Before),
        ])
        {
            if (value is not null)
                query = query.Add(name, value);
        }

        return query.ToString();
    }
}
