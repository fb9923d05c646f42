namespace Heliograph.Protocol.Tests.Tokens;

public sealed class TokenScopesTests
{
    [Theory]
    [InlineData("turn", true)]
    [InlineData("device:connect turn", true)]
    [InlineData("turn device:connect", true)]
    [InlineData("  turn  ", true)]
    [InlineData("", false)]
    [InlineData("TURN", false)]
    [InlineData("turns", false)]
    [InlineData("return", false)]
    [InlineData("turn,device:connect", false)]
    [InlineData("turn\tdevice:connect", false)]
    public void Contains_AWord_OnlyWhole(string scope, bool expected) => TokenScopes.Contains(scope, TokenScopes.Turn).ShouldBe(expected);
}
