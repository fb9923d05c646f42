using System.Net;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Console.SignIn;

/// <summary>Who came to the console, and who was not let in. What they typed is nowhere in it.</summary>
internal static partial class SignInLog
{
    [LoggerMessage(LogLevel.Information, "{Visitor} of {Organization} signed in to the console as {Role} from {Address}")]
    public static partial void SignedIn(ILogger logger, string visitor, string organization, string role, IPAddress? address);

    [LoggerMessage(LogLevel.Information, "{Visitor} of {Organization} signed out of the console")]
    public static partial void SignedOut(ILogger logger, string visitor, string organization);

    [LoggerMessage(LogLevel.Warning, "A sign-in to the console from {Address} was refused: {Reason}")]
    public static partial void Refused(ILogger logger, IPAddress? address, string reason);
}
