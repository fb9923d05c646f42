namespace Heliograph.Sdk.Tests.Transport;

/// <summary>A service that has STUN and TURN servers to give.</summary>
public sealed class IceServiceFixture : ServiceFixture
{
    public const string StunUrl = "stun:stun.example.com:3478";
    public const string TurnUrl = "turn:turn.example.com:3478?transport=udp";

    protected override string Settings => $$"""
        ,"Ice":{"StunUrls":["{{StunUrl}}"],"TurnUrls":["{{TurnUrl}}"],"TurnSecret":"not a secret to anyone"}
        """;
}
