using Heliograph.Protocol.Routing;

namespace Heliograph.Sdk;

/// <summary>What a device and a client do differently on the same kind of connection. Calls come one at a time and must not wait.</summary>
internal interface IConnectionOwner
{
    /// <summary>Whether a failure before the first opening is final.</summary>
    bool FirstFailureIsFinal { get; }

    /// <summary>How many tries in a row may fail after a connection was lost.</summary>
    int MaxTries { get; }

    /// <summary>The longest wait between two tries.</summary>
    TimeSpan LongestDelay { get; }

    /// <summary>The signaling URL for the next try.</summary>
    /// <exception cref="HeliographException">There is none.</exception>
    Task<Uri> GetUrlAsync(CancellationToken cancellationToken);

    /// <summary>The connection has opened.</summary>
    void Opened();

    /// <summary>The connection, which had opened, has ended.</summary>
    void Lost();

    /// <summary>A frame has come.</summary>
    void Receive(PeerFrame frame);

    /// <summary>The state has changed.</summary>
    void StateChanged(ConnectionState state, HeliographException? error);
}
