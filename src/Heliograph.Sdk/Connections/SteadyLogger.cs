using Microsoft.Extensions.Logging;

namespace Heliograph.Sdk;

/// <summary>A log that is out of order, on a full disk say, must not end a device's connection: what it throws is dropped.</summary>
internal sealed class SteadyLogger(ILogger inner) : ILogger
{
    public static ILogger Create<T>(ILoggerFactory? factory) =>
        factory is null ? Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance : new SteadyLogger(factory.CreateLogger<T>());

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // Nowhere left to tell of it.
        }
    }
}
