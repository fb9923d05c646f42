using System.CommandLine;
using Heliograph.Management;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Terminal;

namespace Heliograph.Products;

/// <summary><c>heliograph product</c>.</summary>
internal static class ProductCommand
{
    public static Command Create() => new("product", "List, create, show, change and delete products.")
    {
        CreateList(), CreateCreate(), CreateShow(), CreateUpdate(), CreateDelete(),
    };

    private static Command CreateList() =>
        new Command("list", "List the products.").Manages(async (_, client, output, cancellationToken) =>
        {
            var products = await client.ListProductsAsync(cancellationToken);
            if (output.IsJson)
                output.Json(products, ProtocolJson.Default.IReadOnlyListProduct);
            else
                output.Table(ProductText.Headings, products.Select(ProductText.Row));
        });

    private static Command CreateCreate()
    {
        var name = new Option<string?>("--name") { Description = "A name to know it by.", HelpName = "NAME" };
        var tags = TagOption.Create("A tag. May be given several times.");
        var region = new Option<string?>("--region") { Description = "The region it lives in; that of the service, where none is named.", HelpName = "REGION" };
        return new Command("create", "Create a product and print its ID.") { name, tags, region }.Manages(async (result, client, output, cancellationToken) =>
        {
            var product = await client.CreateProductAsync(
                new() { Name = result.GetValue(name), Region = result.GetValue(region) ?? await client.GetRegionAsync(cancellationToken), Tags = result.GetValue(tags) }, cancellationToken);
            if (output.IsJson)
                output.Json(product, ProtocolJson.Default.Product);
            else
                output.Line(product.ProductId);
        });
    }

    private static Command CreateShow()
    {
        var id = ProductArgument.Create();
        return new Command("show", "Show a product.") { id }.Manages(async (result, client, output, cancellationToken) =>
            Write(await client.GetProductAsync(result.GetValue(id), cancellationToken), output));
    }

    private static Command CreateUpdate()
    {
        var id = ProductArgument.Create();
        var options = new ChangeOptions();
        var region = new Option<string?>("--region")
        {
            Description = "Move it to another region: its connections are closed and come back there.",
            HelpName = "REGION",
        };
        var command = new Command("update", "Change a product's name and tags, or move it to another region.") { id };
        options.AddTo(command, region);
        return command.Manages(async (result, client, output, cancellationToken) =>
        {
            var product = result.GetValue(id);
            var change = await options.ReadAsync(result, async () => (await client.GetProductAsync(product, cancellationToken)).Tags);
            Write(await client.UpdateProductAsync(product, change with { Region = result.GetValue(region) }, cancellationToken), output);
        });
    }

    private static Command CreateDelete()
    {
        var id = ProductArgument.Create();
        var yes = DeleteOption.Create();
        return new Command("delete", "Delete a product with its devices, keys and usage.") { id, yes }.Manages(async (result, client, output, cancellationToken) =>
        {
            // Looked at first in any case: to be asked about one that there is not would be no good question.
            var product = await client.GetProductAsync(result.GetValue(id), cancellationToken);
            await DeleteOption.RequireConsentAsync(
                output,
                result.GetValue(yes),
                $"This deletes the product {product.ProductId}{Quoted(product.Name)} with {Wording.Count(product.ConfiguredDevices, "device")}, their keys and usage.",
                product.ProductId,
                cancellationToken);
            await client.DeleteProductAsync(result.GetValue(id), cancellationToken);
            output.Note($"Deleted {product.ProductId}.");
        });
    }

    private static string Quoted(string? name) => string.IsNullOrEmpty(name) ? "" : $" '{name}'";

    private static void Write(Product product, Output output)
    {
        if (output.IsJson)
            output.Json(product, ProtocolJson.Default.Product);
        else
            output.Facts(ProductText.Facts(product));
    }
}
