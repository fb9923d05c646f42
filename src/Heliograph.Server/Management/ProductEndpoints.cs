using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Server.Hosting;
using Heliograph.Server.Regions;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using static Heliograph.Server.Management.ManagementApi;

namespace Heliograph.Server.Management;

/// <summary>Products and the keys that sign their clients' tokens.</summary>
internal static class ProductEndpoints
{
    public static void Map(IEndpointRouteBuilder products)
    {
        products.MapGet("", ListAsync)
            .Describe<IReadOnlyList<Product>>("listProducts", "List products", "All products of the API key's organization.");
        products.MapPost("", CreateAsync)
            .Describe<CreateProductRequest, Product>("createProduct", "Create a product", "The service makes its ID.");
        products.MapGet("/{productId}", GetAsync).AddEndpointFilter(AtHomeAsync)
            .Describe<Product>("getProduct", "Get a product", "");
        products.MapPost("/{productId}", ModifyAsync)
            .Describe<ModifyProductRequest, Product>(
                "modifyProduct", "Modify a product", "A field that is left out keeps its value. Another region moves it there: its connections are closed with 4005 and come back.");
        products.MapDelete("/{productId}", DeleteAsync).AddEndpointFilter(AtHomeAsync)
            .DescribeEmpty("deleteProduct", "Delete a product", "With its devices, keys and usage. Their connections are closed.")
            .Produces(StatusCodes.Status204NoContent);
        products.MapPost("/{productId}/publickeys", AddKeyAsync).AddEndpointFilter(AtHomeAsync)
            .Describe<AddPublicKeyRequest, Product>("addProductKey", "Add a public key to a product", "Tokens of clients that it signs are accepted from now on.");
        products.MapDelete("/{productId}/publickeys/{keyId}", RemoveKeyAsync).AddEndpointFilter(AtHomeAsync)
            .Describe<Product>("removeProductKey", "Remove a public key from a product", "Takes effect at once; the connections of clients whose token it signed are closed.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, ProductStore products) =>
        Json(await products.ListAsync(Caller.Of(http).Organization, http.RequestAborted));

    private static async Task<IResult> CreateAsync(HttpContext http, ProductStore products, RegionDirectory regions, Homes homes)
    {
        var bytes = await ReadBytesAsync(http);
        var body = RequestBody.Parse(bytes, ProtocolJson.Default.CreateProductRequest);
        FieldRules.CheckName(body.Name);
        FieldRules.CheckTags(body.Tags);
        var region = FieldRules.ReadRegion(body.Region, regions);
        return await homes.TryForwardToAsync(http, region, bytes)
            ? Results.Empty
            : Json(await products.CreateAsync(Caller.ActorOf(http), region, body.Name, body.Tags, http.RequestAborted));
    }

    private static async Task<IResult> GetAsync(HttpContext http, ProductStore products) =>
        Json(await products.GetAsync(Caller.Of(http).Organization, Caller.ProductIn(http), http.RequestAborted));

    private static async Task<IResult> ModifyAsync(HttpContext http, ProductStore products, RegionDirectory regions, Homes homes)
    {
        var bytes = await ReadBytesAsync(http);
        var body = RequestBody.Parse(bytes, ProtocolJson.Default.ModifyProductRequest);
        FieldRules.CheckName(body.Name);
        FieldRules.CheckTags(body.Tags);
        if (body.Region is not null)
            FieldRules.ReadRegion(body.Region, regions);
        // A move is answered wherever it is asked for: the home may be the very region that is lost.
        else if (await homes.TryForwardManagementAsync(http, http.Request.RouteValues["productId"] as string, bytes))
            return Results.Empty;
        return Json(await products.ModifyAsync(Caller.ActorOf(http), Caller.ProductIn(http), body, http.RequestAborted));
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, ProductStore products)
    {
        await products.DeleteAsync(Caller.ActorOf(http), Caller.ProductIn(http), http.RequestAborted);
        return Results.NoContent();
    }

    private static async Task<IResult> AddKeyAsync(HttpContext http, ProductStore products)
    {
        var body = await ReadBodyAsync(http, ProtocolJson.Default.AddPublicKeyRequest);
        var key = FieldRules.ReadPublicKey(body.PublicKey, "publicKey");
        return Json(await products.AddKeyAsync(Caller.ActorOf(http), Caller.ProductIn(http), key, http.RequestAborted));
    }

    private static async Task<IResult> RemoveKeyAsync(HttpContext http, ProductStore products) =>
        Json(await products.RemoveKeyAsync(Caller.ActorOf(http), Caller.ProductIn(http), Caller.KeyIn(http), http.RequestAborted));
}
