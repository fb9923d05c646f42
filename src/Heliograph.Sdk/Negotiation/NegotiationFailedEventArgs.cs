namespace Heliograph.Sdk;

/// <summary>The peer connection could not use a description or a candidate.</summary>
/// <param name="error">What it said.</param>
public sealed class NegotiationFailedEventArgs(Exception error) : EventArgs
{
    /// <summary>What it said.</summary>
    public Exception Error { get; } = error;
}
