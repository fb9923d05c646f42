namespace Heliograph.Server.Hosting;

/// <summary>Settings that the service can't start with; all that is wrong with them.</summary>
internal sealed class SettingsException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
