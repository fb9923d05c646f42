using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Hosting;

/// <summary>The log, which goes to standard error.</summary>
internal sealed class LoggingOptions
{
    /// <summary>The least level that is written: Trace, Debug, Information, Warning, Error or Critical.</summary>
    public LogLevel Level { get; set; } = LogLevel.Information;

    /// <summary>How lines are written: Text, one line for people, or Json, one object a line.</summary>
    public LogFormat Format { get; set; } = LogFormat.Text;

    public static IEnumerable<string> Validate() => [];
}

/// <summary>How log lines are written.</summary>
internal enum LogFormat
{
    Text,
    Json,
}
