using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Connect;

internal static partial class ConnectLog
{
    [LoggerMessage(LogLevel.Debug, "{Call} refused: {Code}, {Reason}")]
    public static partial void Refused(this ILogger logger, string call, string code, string reason);
}
