namespace Heliograph.Sdk;

/// <summary>Base of the errors that the SDK reports.</summary>
public abstract class HeliographException : Exception
{
    private protected HeliographException(string code, string message, string? advice, Exception? inner = null)
        : base(advice is null ? message : $"{message} {advice}", inner)
    {
        Code = code;
        Advice = advice;
    }

    /// <summary>What it is, for a program: one of <see cref="SignalingErrorCodes"/>, or a code of the service's or the application's own.</summary>
    public string Code { get; }

    /// <summary>What to do about it, for a person; null where there is nothing to say. <see cref="Exception.Message"/> has it as well.</summary>
    public string? Advice { get; }
}
