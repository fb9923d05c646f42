using System.CommandLine;
using Heliograph.Protocol;

namespace Heliograph.Terminal;

/// <summary>How a product is named on the command line: by its ID.</summary>
internal static class ProductArgument
{
    public const string Example = "wp-39wu7tex";

    public static Argument<ProductId> Create(string description = "The product's ID, such as " + Example + ".") => new("PRODUCT")
    {
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (ProductId.TryParse(text, out var id))
                return id;
            result.AddError($"'{text}' is not a product ID: one is 'wp-' and 8 letters or digits, such as {Example}");
            return default;
        },
    };
}
