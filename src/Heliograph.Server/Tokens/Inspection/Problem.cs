namespace Heliograph.Server.Tokens.Inspection;

/// <summary>A reason to refuse a token.</summary>
/// <param name="What">What is wrong.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record Problem(string What, string Remedy);
