namespace Heliograph.Sdk;

/// <summary>A connection or a channel has changed its state.</summary>
/// <typeparam name="TState"><see cref="ConnectionState"/> or <see cref="ChannelState"/>.</typeparam>
/// <param name="state">The state it has now.</param>
/// <param name="error">Why, where the reason is an error.</param>
public sealed class StateChangedEventArgs<TState>(TState state, HeliographException? error) : EventArgs
    where TState : struct, Enum
{
    /// <summary>The state it has now.</summary>
    public TState State { get; } = state;

    /// <summary>Why, where the reason is an error.</summary>
    public HeliographException? Error { get; } = error;
}
