using Heliograph.Load.Wire;

namespace Heliograph.Load.Scenarios;

/// <summary>A device on its way in: the HTTP call, where there is one, then the WebSocket.</summary>
internal sealed class StormDevice(int pair, byte[]? call)
{
    public int Pair => pair;

    public byte[]? Call => call;

    /// <summary>Null while it waits to try again.</summary>
    public ClientSocket? Socket { get; set; }

    /// <summary>Whether what is under way is the WebSocket, and not the call.</summary>
    public bool IsOpening { get; set; }

    /// <summary>What is still to be sent.</summary>
    public ReadOnlyMemory<byte> Unsent { get; set; }

    /// <summary>What of the answer has come, where the rest is missing.</summary>
    public byte[] Received { get; set; } = [];

    /// <summary>Counts attempts and waits: a deadline of an older one finds another number here.</summary>
    public int Attempt { get; set; }
}
