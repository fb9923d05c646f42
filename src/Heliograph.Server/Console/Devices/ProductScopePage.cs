using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Components;

namespace Heliograph.Server.Console.Devices;

/// <summary>What the pages below a product have in common: the product that their URL names, which must be the visitor's organization's.</summary>
public abstract class ProductScopePage : ConsolePage
{
    /// <summary>The product's ID as the URL has it.</summary>
    [Parameter]
    public string ProductId { get; set; } = "";

    [Inject]
    private ProductStore Products { get; set; } = null!;

    /// <summary>The product that the page is about.</summary>
    private protected Protocol.Management.Product Product { get; private set; } = null!;

    /// <summary>Its ID.</summary>
    private protected ProductId Id { get; private set; }

    private protected override async Task LoadAsync()
    {
        Id = Protocol.ProductId.TryParse(ProductId, out var id) ? id : throw ApiException.NoSuchProduct(ProductId);
        Product = await Products.GetAsync(Visitor.Organization, Id, Aborted);
    }
}
