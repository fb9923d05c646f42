namespace Heliograph.Backplane.RabbitMq.Wire;

/// <summary>The keys of an envelope's map.</summary>
internal static class EnvelopeKey
{
    public const int Version = 0;
    public const int Node = 1;
    public const int Boot = 2;
    public const int Messages = 3;
}

/// <summary>The keys of a message's map.</summary>
internal static class MessageKey
{
    public const int Kind = 0;
    public const int Id = 1;
    public const int Product = 2;
    public const int Device = 3;

    /// <summary>The channel of the place, where that is a client's; 16 bytes.</summary>
    public const int Client = 4;

    /// <summary>The channel that a frame is of; 16 bytes.</summary>
    public const int Channel = 5;
    public const int Generation = 6;
    public const int Body = 7;
    public const int Topic = 8;
    public const int Taken = 9;
    public const int Refused = 10;
    public const int Status = 11;
}

/// <summary>The keys of a status' map.</summary>
internal static class StatusKey
{
    public const int Version = 0;

    /// <summary>Milliseconds since 1970.</summary>
    public const int StartedAt = 1;
    public const int State = 2;
    public const int Devices = 3;
    public const int Clients = 4;
    public const int Relayed = 5;
    public const int RelayedToOthers = 6;

    /// <summary>0 or 1.</summary>
    public const int IsStopping = 7;
    public const int MessagesPerSecond = 8;
    public const int Cpu = 9;
    public const int Memory = 10;
}
