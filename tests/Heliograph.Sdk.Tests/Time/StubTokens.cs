namespace Heliograph.Sdk.Tests;

/// <summary>Tokens as a test makes them.</summary>
internal sealed class StubTokens(Func<Task<string>> create) : ITokenProvider
{
    public ValueTask<string> GetTokenAsync(CancellationToken cancellationToken) => new(create());
}
