namespace Heliograph.Load;

/// <summary>What a run ends with when it can't go on: the message is the one line that the person at the terminal reads.</summary>
internal sealed class LoadException : Exception
{
    public LoadException(string message)
        : base(message)
    {
    }

    public LoadException(string message, Exception inner)
        : base($"{message}: {inner.Message}", inner)
    {
    }
}
