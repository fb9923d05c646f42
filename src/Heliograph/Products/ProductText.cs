using Heliograph.Protocol.Management;
using Heliograph.Terminal;

namespace Heliograph.Products;

/// <summary>Products as people read them.</summary>
internal static class ProductText
{
    public static IReadOnlyList<string> Headings { get; } = ["PRODUCT", "REGION", "DEVICES", "KEYS", "CREATED (UTC)", "NAME", "TAGS"];

    public static IReadOnlyList<string> Row(Product product) =>
    [
        product.ProductId,
        product.Region,
        Wording.Number(product.ConfiguredDevices),
        Wording.Number(product.PublicKeys.Count),
        Wording.Time(product.Created),
        product.Name ?? "",
        Wording.Tags(product.Tags),
    ];

    public static IEnumerable<(string, string)> Facts(Product product) =>
    [
        ("Product", product.ProductId),
        ("Name", product.Name ?? ""),
        ("Tags", Wording.Tags(product.Tags)),
        ("Region", product.Region),
        ("Organization", product.OrganizationId),
        ("Created", $"{Wording.Time(product.Created)} UTC"),
        ("Devices", Wording.Number(product.ConfiguredDevices)),
        .. product.PublicKeys.Select((key, i) => (i == 0 ? "Keys" : "", key.Id)),
    ];
}
