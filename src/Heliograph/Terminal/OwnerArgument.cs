using System.CommandLine;
using Heliograph.Protocol;

namespace Heliograph.Terminal;

/// <summary>A product, or a device of it: what has keys and usage.</summary>
/// <param name="Product">The product.</param>
/// <param name="Device">The device, where it is one.</param>
internal readonly record struct Owner(ProductId Product, DeviceId? Device)
{
    public DeviceAddress? Address => Device is { } device ? new(Product, device) : null;

    public KeyOwner Kind => Device is null ? KeyOwner.Product : KeyOwner.Device;

    /// <inheritdoc />
    public override string ToString() => Address?.ToString() ?? Product.Value;
}

/// <summary>How a product or a device is named where either will do: <c>PRODUCT</c> or <c>PRODUCT/DEVICE</c>.</summary>
internal static class OwnerArgument
{
    public static Argument<Owner> Create(string description) => new("PRODUCT[/DEVICE]")
    {
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (ProductId.TryParse(text, out var product))
                return new(product, Device: null);
            if (DeviceArgument.TryParse(text, out var address, out var problem))
                return new(address.Product, address.Device);
            result.AddError(text.StartsWith("wp-", StringComparison.OrdinalIgnoreCase) && !text.Contains('/', StringComparison.Ordinal)
                ? $"'{text}' is not a product ID: one is 'wp-' and 8 letters or digits, such as {ProductArgument.Example}"
                : problem);
            return default;
        },
    };
}
