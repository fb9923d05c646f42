using System.Buffers;
using Heliograph.Server.Transport;

namespace Heliograph.Server.BesideHttp;

/// <summary>A kind of request that is answered beside HTTP.</summary>
internal interface IShortcut
{
    /// <summary>Whether the first bytes of a request may be those of such a one.</summary>
    bool MayBe(ReadOnlySpan<byte> first);

    /// <summary>Recognises a request that is beyond doubt, and takes it.</summary>
    /// <param name="head">Its head.</param>
    /// <param name="rest">What came behind the head.</param>
    /// <param name="connection">The connection that it came on.</param>
    /// <returns>The request; null where it is left to HTTP.</returns>
    IShortcutRequest? Recognize(in RequestHead head, in ReadOnlySequence<byte> rest, SocketConnection connection);
}

/// <summary>A request that was recognised.</summary>
internal interface IShortcutRequest
{
    /// <summary>Bytes of what came behind the head that are its own.</summary>
    long BodyLength { get; }

    /// <summary>Answers it.</summary>
    /// <returns>Whether another request may come on the connection.</returns>
    ValueTask<bool> AnswerAsync();
}
