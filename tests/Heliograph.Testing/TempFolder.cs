namespace Heliograph.Testing;

/// <summary>A folder that is there for one test.</summary>
public sealed class TempFolder : IDisposable
{
    public DirectoryInfo Info { get; } = Directory.CreateTempSubdirectory("heliograph-test-");

    /// <summary>The path of a file or folder in it.</summary>
    public string PathOf(string name) => Path.Combine(Info.FullName, name);

    /// <summary>A folder in it, which need not exist yet.</summary>
    public DirectoryInfo Sub(string name) => new(PathOf(name));

    /// <summary>Writes a file in it.</summary>
    /// <returns>The file's path.</returns>
    public string Write(string name, string content)
    {
        File.WriteAllText(PathOf(name), content);
        return PathOf(name);
    }

    public void Dispose() => Info.Delete(recursive: true);
}
