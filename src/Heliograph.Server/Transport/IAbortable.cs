namespace Heliograph.Server.Transport;

/// <summary>A connection that can be cut from outside. Not a delegate: each connection would keep one of its own for as long as it is open.</summary>
internal interface IAbortable
{
    /// <summary>Cuts the connection, so that whoever waits on it is woken.</summary>
    void Abort();
}
