using System.Security.Cryptography;
using Heliograph.Server.Tokens;

namespace Heliograph.Server.Tests.Tokens;

/// <summary>The verification of signatures, beside that of the framework.</summary>
public sealed class Es256Tests : IDisposable
{
    private static readonly byte[] Data = "header.claims"u8.ToArray();

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private byte[] PublicKey => _key.ExportSubjectPublicKeyInfo();

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Library_IsThere() => LibCrypto.IsThere.ShouldBeTrue();

    [Fact]
    public void Signature_OfTheKey_Verifies()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // In turns: a thread's key is set anew for each.
        for (var i = 0; i < 20; i++)
        {
            Es256.Verifies(PublicKey, Data, Sign(_key)).ShouldBeTrue();
            Es256.Verifies(other.ExportSubjectPublicKeyInfo(), Data, Sign(other)).ShouldBeTrue();
            Es256.Verifies(other.ExportSubjectPublicKeyInfo(), Data, Sign(_key)).ShouldBeFalse();
        }
    }

    [Fact]
    public void Signature_WithAnyBitChanged_DoesNot()
    {
        var signature = Sign(_key);
        for (var bit = 0; bit < signature.Length * 8; bit++)
        {
            var changed = signature.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Es256.Verifies(PublicKey, Data, changed).ShouldBeFalse($"bit {bit}");
        }

        Es256.Verifies(PublicKey, "header.claimz"u8, signature).ShouldBeFalse();
        Es256.Verifies(PublicKey, Data, signature).ShouldBeTrue("what failed before has left nothing behind");
    }

    [Fact]
    public void Signature_OfNumbersAtTheLimits_DoesNot()
    {
        var zero = new byte[32];
        var one = Convert.FromHexString("0000000000000000000000000000000000000000000000000000000000000001");
        var order = Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
        var most = Enumerable.Repeat((byte)0xFF, 32).ToArray();
        byte[][] numbers = [zero, one, order, most];
        foreach (var (r, s) in numbers.SelectMany(r => numbers.Select(s => (r, s))))
            Es256.Verifies(PublicKey, Data, [.. r, .. s]).ShouldBeFalse(Convert.ToHexString([.. r, .. s]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(65)]
    [InlineData(72)]
    public void Signature_OfAnotherLength_DoesNot(int length) => Es256.Verifies(PublicKey, Data, new byte[length]).ShouldBeFalse();

    [Fact]
    public void Signature_InDer_DoesNot() =>
        Es256.Verifies(PublicKey, Data, _key.SignData(Data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)).ShouldBeFalse();

    [Fact]
    public void Signature_ByTheFrameworkAlone_IsJudgedAlike()
    {
        var hash = SHA256.HashData(Data);
        var signature = Sign(_key);

        Es256.VerifiesByFramework(PublicKey, hash, signature).ShouldBeTrue();
        signature[^1] ^= 1;
        Es256.VerifiesByFramework(PublicKey, hash, signature).ShouldBeFalse();
    }

    [Fact]
    public void Key_OfAnotherCurve_IsLeftToTheFramework()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Es256.Verifies(other.ExportSubjectPublicKeyInfo(), Data, Sign(_key)).ShouldBeFalse();
    }

    [Fact]
    public void Key_OffItsCurve_IsAnErrorOfItsOwn()
    {
        var key = PublicKey;
        key[^1] ^= 1;

        Should.Throw<CryptographicException>(() => Es256.Verifies(key, Data, Sign(_key)));
        Es256.Verifies(PublicKey, Data, Sign(_key)).ShouldBeTrue();
    }

    [Fact]
    public async Task Threads_AtOnce_DoNotDisturbEachOther()
    {
        var keys = Enumerable.Range(0, 4).Select(_ => ECDsa.Create(ECCurve.NamedCurves.nistP256)).ToList();
        var signed = keys.Select(key => (Key: key.ExportSubjectPublicKeyInfo(), Signature: Sign(key))).ToList();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() =>
            Es256.Verifies(signed[i % 4].Key, Data, signed[i % 4].Signature) && !Es256.Verifies(signed[i % 4].Key, Data, signed[(i + 1) % 4].Signature))));

        answers.ShouldAllBe(x => x);
        keys.ForEach(key => key.Dispose());
    }

    private static byte[] Sign(ECDsa key) => key.SignData(Data, HashAlgorithmName.SHA256);
}
