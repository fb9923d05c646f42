namespace Heliograph.Terminal;

/// <summary>What the process' exit code says. Documented in docs/cli.md.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Succeeded = 0;

    /// <summary>It can't be done: bad input, a file that can't be read, a request that the service refused, a check that failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line was not understood, or lacks something.</summary>
    public const int Usage = 2;

    /// <summary>There is no such product, device, key or profile.</summary>
    public const int NotFound = 3;

    /// <summary>The API key or token is missing, wrong, or not enough.</summary>
    public const int Denied = 4;

    /// <summary>The service can't be reached, or can't answer now: trying again later may help.</summary>
    public const int Unavailable = 5;

    /// <summary>Ended by Ctrl+C (128 and the number of SIGINT).</summary>
    public const int Interrupted = 130;
}
