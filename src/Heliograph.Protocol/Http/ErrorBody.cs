namespace Heliograph.Protocol;

/// <summary>The body of every error answer.</summary>
/// <param name="Message">What is wrong and where, for a person.</param>
/// <param name="Code">One of <see cref="ErrorCodes"/>, for a program.</param>
public sealed record ErrorBody(string Message, string Code);
