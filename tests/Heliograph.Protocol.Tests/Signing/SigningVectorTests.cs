using System.Text;
using System.Text.Json;
using Heliograph.Protocol.Signing;

namespace Heliograph.Protocol.Tests.Signing;

/// <summary>The signing layer against the vectors, byte for byte.</summary>
public sealed class SigningVectorTests
{
    public static TheoryData<string> Conversations => SigningVectors.Names("conversations");

    public static TheoryData<string> Accepted => SigningVectors.Names("accepted");

    public static TheoryData<string> Refused => SigningVectors.Names("refused");

    [Theory]
    [MemberData(nameof(Conversations))]
    public void Conversation_OfVectors_IsSignedAndVerifiedToTheByte(string name)
    {
        var vector = SigningVectors.Conversation(name);
        var secret = Text(vector, "secret")!;
        var client = new SharedSecretSigner(secret, Text(vector, "clientKeyId"), Text(vector, "clientNonce"));
        var device = new SharedSecretSigner(secret, nonce: Text(vector, "deviceNonce"));

        foreach (var step in vector.GetProperty("messages").EnumerateArray())
        {
            var fromClient = Text(step, "from") == "client";
            var (sender, receiver) = fromClient ? (client, device) : (device, client);
            var data = step.GetProperty("data");
            var message = Text(step, "message")!;

            var signed = JsonElement.Parse(sender.Sign(Encoding.UTF8.GetBytes(message)));
            var heard = receiver.Verify(data);

            JsonElement.DeepEquals(signed, data).ShouldBeTrue(signed.GetRawText());
            heard.GetRawText().ShouldBe(message);
            SharedSecretSigner.ReadKeyId(data).ShouldBe(fromClient ? Text(vector, "clientKeyId") : null);
        }
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Verify_AcceptedVector_GivesTheMessage(string name)
    {
        var vector = SigningVectors.Accepted(name);

        var message = SigningVectors.CreateVerifier(vector).Verify(vector.GetProperty("data"));

        message.GetRawText().Replace(" ", "", StringComparison.Ordinal).ShouldBe(Text(vector, "message"));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Verify_RefusedVector_SaysTheCode(string name)
    {
        var vector = SigningVectors.Refused(name);
        var verifier = SigningVectors.CreateVerifier(vector);

        var error = Should.Throw<MessageRejectedException>(() => verifier.Verify(vector.GetProperty("data")));

        error.Code.ShouldBe(Text(vector, "code"), error.Message);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
