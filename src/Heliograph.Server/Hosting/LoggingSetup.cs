using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Heliograph.Server.Hosting;

/// <summary>The log: one line an event, to standard error, so that standard output is free for what people asked for.</summary>
internal static class LoggingSetup
{
    /// <param name="logging">What is set up.</param>
    /// <param name="options">How.</param>
    /// <param name="hasStarted">Whether the service runs. Before, what fails is thrown, and told to people by who started it.</param>
    public static void Configure(ILoggingBuilder logging, LoggingOptions options, Func<bool> hasStarted)
    {
        logging.SetMinimumLevel(options.Level);
        // These write whole request URLs and headers, and signaling URLs carry tickets.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.HttpLogging", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning);
        // This one writes the values of queries at Debug.
        logging.AddFilter("Microsoft.EntityFrameworkCore", level => level >= LogLevel.Error && hasStarted());
        logging.AddFilter("Microsoft.Extensions.Hosting", level => level >= LogLevel.Warning && hasStarted());
        logging.AddFilter("Microsoft.IdentityModel", LogLevel.None);
        // It warns that its keys are not encrypted at rest; docs/security.md says what protects the data folder.
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // Anyone can send a cookie or a form that is not ours; it is answered, and no failure of the service.
        logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.None);
        // The console says itself who could not sign in and why, without what they sent.
        logging.AddFilter("Microsoft.AspNetCore.Authentication", LogLevel.None);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (options.Format == LogFormat.Json)
        {
            logging.AddJsonConsole(json =>
            {
                json.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
                json.UseUtcTimestamp = true;
            });
        }
        else
        {
            logging.AddSimpleConsole(text =>
            {
                text.SingleLine = true;
                text.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
                text.UseUtcTimestamp = true;
            });
        }
    }
}
