namespace Heliograph.Server.Transport;

/// <summary>Who waits for a socket in a method, and reads what comes right on the socket's loop, without that method being woken for it.</summary>
internal interface IInlineReader
{
    /// <summary>Reads what has come, as far as that is done at once. Must not block, and never throws.</summary>
    /// <returns>Whether it goes on waiting. Otherwise the wait ends.</returns>
    bool ReadInline();
}
