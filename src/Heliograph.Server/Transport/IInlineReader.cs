namespace Heliograph.Server.Transport;

/// <summary>Who waits for a socket in a method, and reads what comes right on the socket's loop, without that method being woken for it.</summary>
internal interface IInlineReader
{
    /// <summary>Reads what has come, as far as that is done at once. Must not block, and never throws.</summary>
    /// <returns>Whether the wait may go on, as it does unless there is still something to be read.</returns>
    bool ReadInline();
}
