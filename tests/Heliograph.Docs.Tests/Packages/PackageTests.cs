using System.IO.Compression;
using System.Reflection.Metadata;
using System.Xml.Linq;

namespace Heliograph.Docs.Tests.Packages;

/// <summary>What <c>dotnet pack</c> makes of the solution.</summary>
public sealed class PackageTests(PackageFeed feed)
{
    private static readonly Guid SourceLinkKind = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");
    private static readonly Guid EmbeddedSourceKind = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    [Fact]
    public async Task Pack_OfTheSolution_MakesTheTwoPackagesWithSymbols()
    {
        await feed.PackAsync();

        Directory.EnumerateFiles(feed.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(
        [
            $"Heliograph.Protocol.{feed.Version}.nupkg", $"Heliograph.Protocol.{feed.Version}.snupkg",
            $"Heliograph.Sdk.{feed.Version}.nupkg", $"Heliograph.Sdk.{feed.Version}.snupkg",
        ]);
    }

    [Theory]
    [InlineData("Heliograph.Sdk", "Heliograph.Protocol Microsoft.Extensions.DependencyInjection.Abstractions Microsoft.Extensions.Hosting.Abstractions Microsoft.Extensions.Logging.Abstractions")]
    [InlineData("Heliograph.Protocol", "")]
    public async Task Package_OfEach_HasLibraryDocumentationReadmeAndNoOtherDependency(string id, string dependencies)
    {
        using var package = await OpenAsync($"{id}.{feed.Version}.nupkg");
        var metadata = await ReadMetadataAsync(package, id);

        package.Entries.Select(x => x.FullName).Where(x => x.StartsWith("lib/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .ShouldBe([$"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"]);
        package.GetEntry("README.md").ShouldNotBeNull().Length.ShouldBe(new FileInfo(Repository.PathOf($"src/{id}/README.md")).Length);
        metadata["readme"].ShouldBe("README.md");
        metadata["license"].ShouldBe("Apache-2.0");
        metadata["description"].Length.ShouldBeGreaterThan(40);
        metadata["tags"].ShouldContain("webrtc signaling");
        metadata["dependencies"].ShouldBe(dependencies);
    }

    [Fact]
    public async Task Package_OfTheSdk_NeedsTheProtocolOfItsOwnVersion()
    {
        using var package = await OpenAsync($"Heliograph.Sdk.{feed.Version}.nupkg");

        var nuspec = await ReadNuspecAsync(package, "Heliograph.Sdk");

        nuspec.Descendants().Single(x => (string?)x.Attribute("id") == "Heliograph.Protocol").Attribute("version")!.Value.ShouldBe(feed.Version);
    }

    [Theory]
    [InlineData("Heliograph.Sdk", "SignalingDevice.cs")]
    [InlineData("Heliograph.Protocol", "ReliableSender.cs")]
    public async Task Symbols_OfEach_LeadToTheSources(string id, string file)
    {
        using var package = await OpenAsync($"{id}.{feed.Version}.snupkg");
        using var content = new MemoryStream();
        using (var entry = await package.GetEntry($"lib/net10.0/{id}.pdb")!.OpenAsync())
            await entry.CopyToAsync(content);
        content.Position = 0;
        using var provider = MetadataReaderProvider.FromPortablePdbStream(content);
        var reader = provider.GetMetadataReader();
        var kinds = reader.CustomDebugInformation.Select(x => reader.GetCustomDebugInformation(x))
            .Where(x => x.Parent.Kind is HandleKind.Document or HandleKind.ModuleDefinition)
            .Select(x => (Kind: reader.GetGuid(x.Kind), x.Parent)).ToList();
        var document = reader.Documents.Single(x => NameOf(reader, x).EndsWith($"/{file}", StringComparison.Ordinal));

        var isLinked = kinds.Exists(x => x.Kind == SourceLinkKind);
        var isEmbedded = kinds.Exists(x => x.Kind == EmbeddedSourceKind && x.Parent == (EntityHandle)document);

        (isLinked || isEmbedded).ShouldBeTrue("A debugger finds the sources by a link or in the symbols.");
        // What was generated is in no repository, so nothing can link to it.
        reader.Documents.Where(x => NameOf(reader, x).EndsWith(".g.cs", StringComparison.Ordinal))
            .ShouldAllBe(x => kinds.Exists(kind => kind.Kind == EmbeddedSourceKind && kind.Parent == (EntityHandle)x));
    }

    private async Task<ZipArchive> OpenAsync(string name)
    {
        await feed.PackAsync();
        return await ZipFile.OpenReadAsync(Path.Combine(feed.Folder, name));
    }

    private static async Task<Dictionary<string, string>> ReadMetadataAsync(ZipArchive package, string id)
    {
        var metadata = (await ReadNuspecAsync(package, id)).Root!.Elements().Single();
        return metadata.Elements().ToDictionary(x => x.Name.LocalName, x => x.Name.LocalName == "dependencies"
            ? string.Join(' ', x.Descendants().Where(y => y.Name.LocalName == "dependency").Select(y => (string?)y.Attribute("id")).Order(StringComparer.Ordinal))
            : x.Value);
    }

    private static async Task<XDocument> ReadNuspecAsync(ZipArchive package, string id)
    {
        using var stream = await package.GetEntry($"{id}.nuspec")!.OpenAsync();
        return await XDocument.LoadAsync(stream, LoadOptions.None, CancellationToken.None);
    }

    private static string NameOf(MetadataReader reader, DocumentHandle document) => reader.GetString(reader.GetDocument(document).Name);
}
