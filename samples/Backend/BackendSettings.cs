namespace Backend;

/// <summary>The section <c>Backend</c> of the configuration.</summary>
internal sealed record BackendSettings
{
    /// <summary>The service's base URL, for the apps.</summary>
    public Uri Endpoint { get; init; } = new("http://localhost:8080");

    public required string ProductId { get; init; }

    /// <summary>The file with the product's private key. It opens every camera of the product: keep it here, and readable by this program alone.</summary>
    public string ProductKeyFile { get; init; } = "product.key";

    /// <summary>Who may log in, by name. Yours are in your database.</summary>
    public Dictionary<string, Account> Accounts { get; init; } = [];
}

/// <summary>A customer.</summary>
internal sealed record Account
{
    public required string Password { get; init; }

    /// <summary>The device IDs of the customer's cameras.</summary>
    public HashSet<string> Cameras { get; init; } = [];
}
