namespace Heliograph.Docs.Tests.Packages;

/// <summary>
/// The service, and a copy of <c>samples/</c> outside of the repository, built once against the packages. The copy differs in the
/// service's address alone.
/// </summary>
public sealed class BuiltSamples(PackageFeed feed) : IAsyncDisposable
{
    private const string UsualAddress = "http://localhost:8080";

    private readonly TempFolder _folder = new();
    private HeliographProcess? _service;
    private Task? _built;

    /// <summary>A folder for what a sample reads and writes.</summary>
    public DirectoryInfo Folder => _folder.Info;

    public ApiClient Api { get; private set; } = null!;

    /// <summary>Builds all of them, the first time.</summary>
    public Task BuildAsync() => _built ??= BuildOnceAsync();

    /// <summary>The program of a sample.</summary>
    public string PathOf(string sample) => _folder.PathOf($"samples/{sample}/bin/Debug/net10.0/{sample}.dll");

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        if (_service is not null)
            await _service.DisposeAsync();
        _folder.Dispose();
    }

    private async Task BuildOnceAsync()
    {
        var packing = feed.PackAsync();
        _service = await HeliographProcess.ServeAsync(_folder.Sub("data"));
        Api = _service.CreateApiClient();
        var source = Repository.PathOf("samples");
        var copy = _folder.Sub("samples");
        foreach (var file in FilesOf(new(source)))
        {
            var target = new FileInfo(Path.Combine(copy.FullName, Path.GetRelativePath(source, file.FullName)));
            target.Directory!.Create();
            await File.WriteAllTextAsync(
                target.FullName, (await File.ReadAllTextAsync(file.FullName)).Replace(UsualAddress, _service.BaseUrl, StringComparison.Ordinal));
        }

        var projects = copy.EnumerateFiles("*.csproj", SearchOption.AllDirectories).Select(x => $"""<Project Path="{x.FullName}" />""");
        await File.WriteAllTextAsync(Path.Combine(copy.FullName, "All.slnx"), $"<Solution>{string.Concat(projects)}</Solution>");
        await packing;
        await Shell.RunAsync("dotnet build All.slnx --nologo --verbosity quiet", copy, feed.Environment, PackageFeed.BuildPatience);
    }

    /// <summary>All but what a build in the repository left there.</summary>
    private static IEnumerable<FileInfo> FilesOf(DirectoryInfo folder) => folder.EnumerateFiles()
        .Concat(folder.EnumerateDirectories().Where(x => x.Name is not ("bin" or "obj")).SelectMany(FilesOf));
}
