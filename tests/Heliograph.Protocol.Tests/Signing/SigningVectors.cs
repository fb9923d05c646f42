using System.Text;
using System.Text.Json;
using Heliograph.Protocol.Signing;

namespace Heliograph.Protocol.Tests.Signing;

/// <summary>tests/vectors/signing.json, which the browser module's tests read as well: what one signs the other verifies.</summary>
internal static class SigningVectors
{
    private static readonly JsonElement File = Load();

    public static string Secret { get; } = File.GetProperty("secret").GetString()!;

    /// <summary>The nonce of <see cref="CreateVerifier"/>.</summary>
    public static string Nonce { get; } = File.GetProperty("nonce").GetString()!;

    public static JsonElement Conversation(string name) => Find("conversations", name);

    public static JsonElement Accepted(string name) => Find("accepted", name);

    public static JsonElement Refused(string name) => Find("refused", name);

    public static TheoryData<string> Names(string of) => [.. File.GetProperty(of).EnumerateArray().Select(NameOf)];

    public static IEnumerable<JsonElement> All(string of) => File.GetProperty(of).EnumerateArray();

    /// <summary>A verifier that has heard what the vector says.</summary>
    public static SharedSecretSigner CreateVerifier(JsonElement vector)
    {
        var verifier = new SharedSecretSigner(Secret, nonce: Nonce);
        foreach (var data in vector.GetProperty("heard").EnumerateArray())
            verifier.Verify(data);
        return verifier;
    }

    private static JsonElement Find(string of, string name) => File.GetProperty(of).EnumerateArray().Single(vector => NameOf(vector) == name);

    private static string NameOf(JsonElement vector) => vector.GetProperty("name").GetString()!;

    private static JsonElement Load()
    {
        using var stream = typeof(SigningVectors).Assembly.GetManifestResourceStream("signing.json")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return JsonElement.Parse(reader.ReadToEnd());
    }
}
