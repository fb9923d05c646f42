namespace Heliograph.Server.Console.Products;

/// <summary>The URLs of the pages about products.</summary>
internal static class ProductPaths
{
    public const string List = "/console/products";

    public static string Of(string product) => $"{List}/{product}";

    public static string Edit(string product) => $"{Of(product)}/edit";
}
