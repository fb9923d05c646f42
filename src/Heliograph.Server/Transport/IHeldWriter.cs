namespace Heliograph.Server.Transport;

/// <summary>Holds what is to be written while a <see cref="WriteRound"/> is under way.</summary>
internal interface IHeldWriter
{
    /// <summary>The round has ended: writes what is held. Must neither wait nor throw.</summary>
    void Release();
}
