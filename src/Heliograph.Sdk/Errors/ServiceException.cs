namespace Heliograph.Sdk;

/// <summary>The service answered a call with an error.</summary>
public sealed class ServiceException : HeliographException
{
    internal ServiceException(int status, string code, string message, TimeSpan? retryAfter = null)
        : base(code, $"{message} ({status} {code})", ErrorAdvice.For(code))
    {
        Status = status;
        RetryAfter = retryAfter;
    }

    /// <summary>The HTTP status, e.g. 401.</summary>
    public int Status { get; }

    /// <summary>How long the service asks to wait before the next try; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; }
}
