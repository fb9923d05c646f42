namespace Heliograph.Protocol.Management;

/// <summary>The body that creates a product.</summary>
public sealed record CreateProductRequest
{
    /// <summary>The vendor's name for it, at most 200 characters.</summary>
    public string? Name { get; init; }

    /// <summary>The region it lives in: a name of lower-case letters, digits and hyphens.</summary>
    public string? Region { get; init; }

    /// <summary>The vendor's tags, at most 50.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}

/// <summary>The body that modifies a product. A field that is left out keeps its value.</summary>
public sealed record ModifyProductRequest
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

    /// <summary>The region to move it to: its peers are closed, and come back there.</summary>
    public string? Region { get; init; }

    /// <summary>Whether the body has the name at all: without it the name is kept.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool HasName { get; private set; }
}

/// <summary>A product.</summary>
/// <param name="ProductId">Its ID.</param>
/// <param name="OrganizationId">Whose it is.</param>
/// <param name="Region">The region it lives in.</param>
/// <param name="Name">The vendor's name for it.</param>
/// <param name="Created">When it was created, in UTC.</param>
/// <param name="Tags">The vendor's tags.</param>
/// <param name="Expired">Whether it has expired. Always false: products of a service that one runs oneself do not expire.</param>
/// <param name="ExpiresAt">When it expires. Always null, as above.</param>
/// <param name="ConfiguredDevices">How many devices it has.</param>
/// <param name="PublicKeys">The keys that sign its clients' tokens.</param>
public sealed record Product(
    string ProductId,
    string OrganizationId,
    string Region,
    string? Name,
    DateTime Created,
    IReadOnlyDictionary<string, string> Tags,
    bool Expired,
    DateTime? ExpiresAt,
    int ConfiguredDevices,
    IReadOnlyList<PublicKey> PublicKeys);
