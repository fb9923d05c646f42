using System.Text.Json;
using Heliograph.Protocol.Signing;

namespace Heliograph.Protocol.Tests.Signing;

public sealed class SharedSecretSignerTests
{
    private const string Secret = "open sesame";

    [Fact]
    public void Sign_SecondBeforeTheOthersFirst_IsRefusedAndHarmsNothing()
    {
        var client = new SharedSecretSigner(Secret);
        var device = new SharedSecretSigner(Secret);
        var first = Read(client.Sign("1"u8));

        Should.Throw<InvalidOperationException>(() => client.Sign("2"u8));

        device.Verify(first);
        client.Verify(Read(device.Sign("0"u8)));
        device.Verify(Read(client.Sign("2"u8))).GetInt32().ShouldBe(2);
    }

    [Fact]
    public void Sign_BeyondTheLimit_IsRefusedAndHarmsNothing()
    {
        var client = new SharedSecretSigner(Secret);
        var device = new SharedSecretSigner(Secret);
        var size = new SharedSecretSigner(Secret).Sign("1"u8).Length;

        Should.Throw<ArgumentException>(() => client.Sign("1"u8, size - 1));

        device.Verify(Read(client.Sign("1"u8, size))).GetInt32().ShouldBe(1);
    }

    [Fact]
    public void Verify_RefusedMessage_LeavesTheSessionAsItWas()
    {
        var client = new SharedSecretSigner(Secret);
        var device = new SharedSecretSigner(Secret);
        var first = Read(client.Sign("1"u8));
        Should.Throw<MessageRejectedException>(() => device.Verify(Read(new SharedSecretSigner("other").Sign("1"u8))));

        device.Verify(first).GetInt32().ShouldBe(1);
    }

    [Fact]
    public void Verify_MessageOfAnotherSessionWithTheSameSecret_IsVerificationError()
    {
        var (client, device) = Introduce();
        var (otherClient, _) = Introduce();
        var other = Read(otherClient.Sign("1"u8));

        Should.Throw<MessageRejectedException>(() => device.Verify(other)).Code.ShouldBe(PeerErrorCodes.VerificationError);
        device.Verify(Read(client.Sign("2"u8))).GetInt32().ShouldBe(2);
    }

    [Fact]
    public void Verify_OwnMessageSentBack_IsVerificationError()
    {
        var (client, _) = Introduce();

        Should.Throw<MessageRejectedException>(() => client.Verify(Read(client.Sign("1"u8)))).Code.ShouldBe(PeerErrorCodes.VerificationError);
    }

    [Fact]
    public void Nonce_OfEachSession_IsItsOwn() =>
        Enumerable.Range(0, 100).Select(_ => Read(new SharedSecretSigner(Secret).Sign("1"u8)).GetProperty("jwt").GetString()).Distinct().Count().ShouldBe(100);

    [Theory]
    [InlineData("""{"type":"NONE","message":1}""", PeerErrorCodes.VerificationError)]
    [InlineData("""{"type":"JWT","jwt":"a.b"}""", PeerErrorCodes.DecodeError)]
    [InlineData("null", PeerErrorCodes.DecodeError)]
    public void ReadKeyId_OfWhatIsNotSigned_IsRefused(string data, string code) =>
        Should.Throw<MessageRejectedException>(() => SharedSecretSigner.ReadKeyId(JsonElement.Parse(data))).Code.ShouldBe(code);

    [Fact]
    public void None_RoundTrip_PassesMessagesAsTheyAre()
    {
        const string message = """{"type":"X","deep":[[["grün 🔑 <&>"]]]}""";
        var signer = new NoneSigner();

        var signed = signer.Sign(System.Text.Encoding.UTF8.GetBytes(message));

        System.Text.Encoding.UTF8.GetString(signed).ShouldBe($$"""{"type":"NONE","message":{{message}}}""");
        signer.Verify(Read(signed)).GetRawText().ShouldBe(message);
        Should.Throw<ArgumentException>(() => signer.Sign("1"u8, 10));
    }

    [Theory]
    [InlineData("""{"type":"NONE"}""", PeerErrorCodes.DecodeError)]
    [InlineData("""{"message":1}""", PeerErrorCodes.DecodeError)]
    [InlineData("""{"type":"\ud800","message":1}""", PeerErrorCodes.DecodeError)]
    [InlineData("[]", PeerErrorCodes.DecodeError)]
    [InlineData("""{"type":"JWT","jwt":"e30.e30.AA"}""", PeerErrorCodes.VerificationError)]
    public void None_OfAnythingElse_IsRefused(string data, string code) =>
        Should.Throw<MessageRejectedException>(() => new NoneSigner().Verify(JsonElement.Parse(data))).Code.ShouldBe(code);

    /// <summary>Two signers that have heard each other.</summary>
    private static (SharedSecretSigner Client, SharedSecretSigner Device) Introduce()
    {
        var client = new SharedSecretSigner(Secret);
        var device = new SharedSecretSigner(Secret);
        device.Verify(Read(client.Sign("0"u8)));
        client.Verify(Read(device.Sign("0"u8)));
        return (client, device);
    }

    private static JsonElement Read(byte[] json) => JsonElement.Parse(json);
}
