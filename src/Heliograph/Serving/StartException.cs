namespace Heliograph.Serving;

/// <summary>The service can't start; the message tells a person why and what to do.</summary>
internal sealed class StartException(string message) : Exception(message);
