namespace Heliograph.Protocol.Management;

/// <summary>The body that modifies or creates a device. A field that is left out keeps its value.</summary>
public sealed record NameAndTags
{
    /// <summary>The vendor's name for it, at most 200 characters; null removes it.</summary>
    public string? Name
    {
        get;
        // Not init: the generated reader would call it for a body without the field, too.
        set
        {
            field = value;
            HasName = true;
        }
    }

    /// <summary>The vendor's tags, at most 50; they replace those that were there.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Whether the body has the name at all: without it the name is kept.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool HasName { get; private set; }
}

/// <summary>The body that creates a batch of devices.</summary>
public sealed record CreateBatchRequest
{
    /// <summary>How many, 1 to 10,000.</summary>
    public int? Count { get; init; }

    /// <summary>The tags of each device.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}

/// <summary>The body that creates devices whose IDs the vendor chose.</summary>
public sealed record CreateCustomDevicesRequest
{
    /// <summary>The IDs, 1 to 10,000, in the form <c>wd-</c> and 16 of <c>[a-z0-9]</c>.</summary>
    public IReadOnlyList<string?>? DeviceIds { get; init; }

    /// <summary>The tags of each device.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}

/// <summary>A device.</summary>
/// <param name="ProductId">The product it belongs to.</param>
/// <param name="DeviceId">Its ID within the product.</param>
/// <param name="Name">The vendor's name for it.</param>
/// <param name="PublicKeys">The keys that sign its tokens.</param>
/// <param name="BatchId">The batch it was made in, if any.</param>
/// <param name="Tags">The vendor's tags.</param>
/// <param name="Created">When it was created, in UTC.</param>
/// <param name="Connected">Whether its connection is open now.</param>
/// <param name="LastConnect">When its connection last opened, in UTC.</param>
public sealed record Device(
    string ProductId,
    string DeviceId,
    string? Name,
    IReadOnlyList<PublicKey> PublicKeys,
    long? BatchId,
    IReadOnlyDictionary<string, string> Tags,
    DateTime Created,
    bool Connected,
    DateTime? LastConnect);

/// <summary>The answer to <c>device-batch</c>.</summary>
/// <param name="Devices">The devices that were made.</param>
/// <param name="Count">How many they are.</param>
/// <param name="BatchId">The batch's number within the product.</param>
public sealed record DeviceBatch(IReadOnlyList<Device> Devices, int Count, long BatchId);

/// <summary>The answer to <c>custom-devices</c>.</summary>
/// <param name="Devices">The devices that were made.</param>
/// <param name="BatchId">The batch's number within the product.</param>
public sealed record CustomDevices(IReadOnlyList<Device> Devices, long BatchId);
