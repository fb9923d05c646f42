using Heliograph.Docs.Tests.Packages;

[assembly: AssemblyFixture(typeof(PackageFeed))]

namespace Heliograph.Docs.Tests.Packages;

/// <summary>
/// A folder with the packages of this very build, for projects outside of the repository. Their version is one that was never there
/// before and they are unpacked into a folder of their own: no cache can have older ones, and none keeps these.
/// </summary>
public sealed class PackageFeed : IDisposable
{
    /// <summary>Restoring and building, on a machine that does other things as well.</summary>
    public static readonly TimeSpan BuildPatience = TimeSpan.FromMinutes(5);

    private readonly TempFolder _folder = new();
    private readonly Lazy<Task> _packed;

    public PackageFeed()
    {
        Directory.CreateDirectory(Folder);
        _packed = new(async () => await Shell.RunAsync(
            $"dotnet pack '{Repository.PathOf("Heliograph.slnx")}' {PackArguments} --output '{Folder}'", _folder.Info, Environment, BuildPatience));
    }

    public string Version { get; } = $"0.1.{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}";

    public string Folder => _folder.PathOf("packages");

    /// <summary>What <c>dotnet pack</c> is told besides: to take what was built for these tests.</summary>
    public string PackArguments => $"--no-build --nologo --configuration {Repository.Configuration} -p:VersionPrefix={Version}";

    /// <summary>For the .NET SDK: packages go into a folder of this feed; those that the user has are taken from where they are.</summary>
    public IReadOnlyDictionary<string, string> Environment
    {
        get
        {
            var environment = new Dictionary<string, string>
            {
                ["NUGET_PACKAGES"] = _folder.PathOf("unpacked"),
                ["HeliographVersion"] = Version,
                ["HeliographPackages"] = Folder,
                // Build processes that outlive their command would hold its output open.
                ["MSBUILDDISABLENODEREUSE"] = "1",
                ["DOTNET_NOLOGO"] = "1",
                ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            };
            if (Directory.Exists(UsersPackages))
                environment["RestoreFallbackFolders"] = UsersPackages;
            return environment;
        }
    }

    private static string UsersPackages => System.Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>Packs once.</summary>
    public Task PackAsync() => _packed.Value;

    public void Dispose() => _folder.Dispose();
}
