namespace Heliograph.Server.Registry;

/// <summary>Which devices of a product are asked for.</summary>
/// <param name="Text">
/// A part of their ID or name, the beginning of a tag's key or value, <c>key=value</c> for a tag, or <c>batch:3</c>. Capitals A to Z are as small letters. All where it is empty.
/// </param>
/// <param name="Online">Only those that are connected, or only those that are not; all where null.</param>
internal sealed record DeviceFilter(string? Text = null, bool? Online = null)
{
    public bool IsAll => string.IsNullOrWhiteSpace(Text) && Online is null;
}

/// <summary>Where a page of devices begins or ends, in the order of their IDs.</summary>
/// <param name="After">It begins behind this ID.</param>
/// <param name="Before">It ends before this ID. Not together with <paramref name="After"/>.</param>
internal readonly record struct DeviceCursor(string? After = null, string? Before = null);

/// <summary>A page of the devices that were asked for.</summary>
/// <param name="Devices">Those of the page, in the order of their IDs.</param>
/// <param name="Count">How many there are on all pages.</param>
/// <param name="Previous">The page before; null where this is the first.</param>
/// <param name="Next">The page behind; null where this is the last.</param>
internal sealed record FoundDevices(IReadOnlyList<Protocol.Management.Device> Devices, int Count, DeviceCursor? Previous, DeviceCursor? Next);
