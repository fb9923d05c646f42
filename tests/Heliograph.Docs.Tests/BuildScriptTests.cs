namespace Heliograph.Docs.Tests;

/// <summary>What ./start and ./heliograph build before they run, with an SDK that only notes that it was asked to.</summary>
public sealed class BuildScriptTests
{
    private static readonly string[] Scripts = ["heliograph", "eng/build-heliograph.sh", "eng/require-dotnet.sh"];

    /// <summary>Builds for as long as nobody waits for it.</summary>
    private const string Sdk =
        """
        #!/usr/bin/env bash
        case "$1" in
          --version) ;;
          build)
            echo built >>builds
            until grep --quiet Waiting second.err; do sleep 0.01; done
            mkdir --parents artifacts/bin/Heliograph/release
            touch artifacts/bin/Heliograph/release/heliograph.dll
            ;;
          *) echo "ran ${1##*/} $2" ;;
        esac
        """;

    [Fact]
    public async Task Heliograph_CalledWhileAnotherBuilds_WaitsForItAndRuns()
    {
        using var folder = new TempFolder();
        folder.Info.CreateSubdirectory("src");
        folder.Info.CreateSubdirectory("eng");
        File.WriteAllText(Path.Combine(folder.Info.CreateSubdirectory("sdk").FullName, "dotnet"), Sdk);
        foreach (var file in (string[])[.. Scripts, "global.json", "Directory.Build.props"])
            File.Copy(Repository.PathOf(file), Path.Combine(folder.Info.FullName, file));

        var output = await Shell.RunAsync(
            """
            chmod +x sdk/dotnet
            export PATH="$PWD/sdk:$PATH"
            touch builds second.err
            ./heliograph first >first.out &
            until [[ -s builds ]]; do sleep 0.01; done
            ./heliograph second 2>second.err
            wait $!
            cat first.out builds
            """,
            folder.Info);

        output.ShouldBe("ran heliograph.dll second\nran heliograph.dll first\nbuilt\n");
    }
}
