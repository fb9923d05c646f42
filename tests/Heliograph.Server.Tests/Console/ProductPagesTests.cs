using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Management;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Console;

/// <summary>The pages about products, as a browser without scripts has them.</summary>
public class ProductPagesTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    [Fact]
    public async Task List_ShowsHowManyDevicesThereAreAndAreOnline()
    {
        var product = await fixture.Api.CreateProductAsync("Counted");
        var device = await fixture.Api.CreateDeviceAsync(product, fixture.DeviceKey);
        await fixture.Api.CreateDeviceAsync(product, fixture.DeviceKey);
        await using var peer = await fixture.Api.OpenKnownDeviceAsync(device, fixture.DeviceKey);
        using var visitor = await ConsoleVisitor.SignInAsync(fixture.Service);

        (await visitor.GetAsync("/console/products")).Text.ShouldContain($"Counted {product} local 2 1 ");
        (await visitor.GetAsync($"/console/products/{product}")).Text.ShouldContain("Devices 2 , 1 online");
    }

    [Fact]
    public async Task Create_ANameThatIsTooLong_IsToldAtTheField()
    {
        using var visitor = await ConsoleVisitor.SignInAsync(fixture.Service);

        var answer = await visitor.SubmitAsync("/console/products/new", "create", Form(("Name", new('n', 201)), ("Region", "local")));

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Html.ShouldContain("id=\"name-problem\"");
        answer.Text.ShouldContain("Has 201 characters; 200 are allowed.");
    }

    [Fact]
    public async Task Edit_ChangesNameAndTagsAndIsAudited()
    {
        var product = await fixture.Api.CreateProductAsync("Old");
        using var visitor = await ConsoleVisitor.SignInAsync(fixture.Service);

        var answer = await visitor.SubmitAsync(
            $"/console/products/{product}/edit", "edit", Form(("Name", " New "), ("TagName", "line"), ("TagValue", "garden"), ("TagName", ""), ("TagValue", "")));

        answer.Location.ShouldEndWith($"/console/products/{product}?done=product-saved");
        var body = (await fixture.Api.ManageAsync(HttpMethod.Get, Paths.Of(product))).Json;
        body.Text("name").ShouldBe("New");
        body["tags"]!.ToJsonString().ShouldBe("""{"line":"garden"}""");
        var entry = (await fixture.Service.Get<Server.Registry.AuditLog>().ListAsync("or-operator", new() { Product = product }, null, 1, default)).Entries[0];
        (entry.Action, entry.Actor.Via, entry.Actor.Address, entry.Detail).ShouldBe(
            ("product.modify", "console", "127.0.0.1", "name: Old → New; tags added: line"));
    }

    [Theory]
    [InlineData("", "lost", "Has the value 'lost' without a name.")]
    [InlineData("a", "1", "Has 'a' twice.")]
    public async Task Edit_TagsThatAreNone_AreToldAndKeptInTheForm(string key, string value, string problem)
    {
        var product = await fixture.Api.CreateProductAsync("Tagged");
        using var visitor = await ConsoleVisitor.SignInAsync(fixture.Service);

        var answer = await visitor.SubmitAsync(
            $"/console/products/{product}/edit", "edit", Form(("Name", "Typed"), ("TagName", "a"), ("TagValue", "1"), ("TagName", key), ("TagValue", value)));

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Text.ShouldContain(problem);
        answer.Html.ShouldContain($"value=\"{value}\"");
        answer.Html.ShouldContain("value=\"Typed\"");
        (await fixture.Api.ManageAsync(HttpMethod.Get, Paths.Of(product))).Json["tags"]!.ToJsonString().ShouldBe("{}");
    }

    [Fact]
    public async Task AddKey_ByPasteAndByFile_AreOnTheProduct()
    {
        using var pasted = new SigningKey();
        using var inFile = new SigningKey();
        var product = await fixture.Api.CreateProductAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(fixture.Service);

        (await visitor.SubmitAsync($"/console/products/{product}", "add-key", Form(("PublicKey", pasted.PublicPem)))).Location
            .ShouldEndWith("?done=key-added");
        using var upload = Form(("PublicKey", ""));
        upload.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(inFile.PublicPem)), "KeyFile", "key.pem");
        (await visitor.SubmitAsync($"/console/products/{product}", "add-key", upload)).Location.ShouldEndWith("?done=key-added");

        (await KeysAsync(product)).ShouldBe([pasted.IdFor(KeyOwner.Product).Value, inFile.IdFor(KeyOwner.Product).Value]);
    }

    [Fact]
    public async Task AddKey_ByAFileThatIsTooLong_SaysSo()
    {
        var product = await fixture.Api.CreateProductAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(fixture.Service);
        using var upload = Form(("PublicKey", ""));
        upload.Add(new ByteArrayContent(new byte[70_000]), "KeyFile", "key.pem");

        var answer = await visitor.SubmitAsync($"/console/products/{product}", "add-key", upload);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Text.ShouldContain("The file has 70,000 bytes, and a public key a few hundred");
        answer.Text.ShouldNotContain("Is missing");
    }

    [Fact]
    public async Task AddKey_AnythingElse_IsToldAtTheFieldAndAPrivateKeyIsNotShownAgain()
    {
        using var key = new SigningKey();
        var product = await fixture.Api.CreateProductAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(fixture.Service);

        var answer = await visitor.SubmitAsync($"/console/products/{product}", "add-key", Form(("PublicKey", key.PrivatePem)));
        var empty = await visitor.SubmitAsync($"/console/products/{product}", "add-key", Form(("PublicKey", "")));

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Text.ShouldContain("Is a private key; send the public key alone");
        answer.Html.ShouldNotContain("BEGIN PRIVATE KEY");
        empty.Text.ShouldContain("Is missing; it must be a PEM text");
        (await KeysAsync(product)).ShouldBeEmpty();
    }

    [Fact]
    public async Task RemoveKey_TakesItAway()
    {
        var product = await fixture.Api.CreateProductAsync();
        await fixture.Api.AddProductKeyAsync(product, fixture.ProductKey);
        using var visitor = await ConsoleVisitor.SignInAsync(fixture.Service);

        var answer = await visitor.SubmitAsync($"/console/products/{product}", $"remove-{fixture.ProductKey.IdFor(KeyOwner.Product)}", Form());

        answer.Location.ShouldEndWith("?done=key-removed");
        (await KeysAsync(product)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Delete_TakesTypingTheId()
    {
        var product = await fixture.Api.CreateProductAsync();
        using var visitor = await ConsoleVisitor.SignInAsync(fixture.Service);

        var refused = await visitor.SubmitAsync($"/console/products/{product}/edit", "delete", Form(("Confirm", "wp-00000000")));
        var missing = await visitor.SubmitAsync($"/console/products/{product}/edit", "delete", Form());

        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        refused.Text.ShouldContain($"Is not {product}; nothing was deleted.");
        missing.Status.ShouldBe(HttpStatusCode.BadRequest);
        (await fixture.Api.ManageAsync(HttpMethod.Get, Paths.Of(product))).Status.ShouldBe(HttpStatusCode.OK);

        var answer = await visitor.SubmitAsync($"/console/products/{product}/edit", "delete", Form(("Confirm", $" {product} ")));

        answer.Location.ShouldEndWith("/console/products?done=product-deleted");
        (await fixture.Api.ManageAsync(HttpMethod.Get, Paths.Of(product))).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Pages_OfAnotherOrganizationsProduct_AreNotThere()
    {
        var stranger = await fixture.Api.CreateApiKeyAsync("or-elsewhere");
        using var visitor = await ConsoleVisitor.SignInAsync(fixture.Service, stranger);

        foreach (var path in (string[])["", "/edit"])
            (await visitor.GetAsync($"/console/products/{fixture.Product}{path}")).Status.ShouldBe(HttpStatusCode.NotFound);
        var posted = await visitor.SubmitAsync($"/console/products/{fixture.Product}", "add-key", Form(("PublicKey", fixture.DeviceKey.PublicPem)), "/console/products");

        posted.Status.ShouldBe(HttpStatusCode.NotFound);
        (await visitor.GetAsync("/console/products")).Html.ShouldNotContain(fixture.Product.Value);
    }

    [Fact]
    public async Task Viewer_SeesNoFormsAndChangesNothing()
    {
        var body = new JsonObject { ["scopes"] = new JsonArray("read") };
        var key = (await fixture.Api.ManageAsync(HttpMethod.Post, Paths.ApiKeys, body)).Require(HttpStatusCode.OK).Text("key");
        using var visitor = await ConsoleVisitor.SignInAsync(fixture.Service, key);
        var path = $"/console/products/{fixture.Product}";

        var page = await visitor.GetAsync(path);

        page.Status.ShouldBe(HttpStatusCode.OK);
        page.Html.ShouldNotContain("add-key");
        page.Html.ShouldNotContain("Edit</a>");
        (await visitor.GetAsync($"{path}/edit")).Status.ShouldNotBe(HttpStatusCode.OK);
        var before = await KeysAsync(fixture.Product);
        (await visitor.SubmitAsync(path, "add-key", Form(("PublicKey", fixture.DeviceKey.PublicPem)))).Status.ShouldNotBe(HttpStatusCode.OK);
        (await KeysAsync(fixture.Product)).ShouldBe(before);
    }

    private static MultipartFormDataContent Form(params ReadOnlySpan<(string Name, string Value)> fields)
    {
        // One that is empty could not be told from one that is broken.
        var form = new MultipartFormDataContent { { new StringContent(""), "nothing" } };
        foreach (var (name, value) in fields)
            form.Add(new StringContent(value), name);
        return form;
    }

    private async Task<IEnumerable<string>> KeysAsync(ProductId product) =>
        (await fixture.Api.ManageAsync(HttpMethod.Get, Paths.Of(product))).Json["publicKeys"]!.AsArray().Select(x => x!.Text("id"));
}
