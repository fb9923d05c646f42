using System.Security.Cryptography;

namespace Heliograph.Protocol.Tests.Tokens;

public sealed class PrivateKeyPemTests
{
    [Fact]
    public void TryRead_EitherEncoding_IsTheKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (var pem in (string[])
            [key.ExportPkcs8PrivateKeyPem(), key.ExportECPrivateKeyPem(),
             "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + key.ExportECPrivateKeyPem()])
        {
            PrivateKeyPem.TryRead(pem, out var read, out _).ShouldBeTrue(pem);
            using (read)
                read!.ExportSubjectPublicKeyInfo().ShouldBe(key.ExportSubjectPublicKeyInfo());
        }
    }

    public static TheoryData<string, string?> Others()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        return new()
        {
            { "PRIVATE KEY", null },
            { "PRIVATE KEY", "" },
            { "PRIVATE KEY", "nonsense" },
            { "PRIVATE KEY", rsa.ExportRSAPrivateKeyPem() },
            { "elliptic-curve", rsa.ExportPkcs8PrivateKeyPem() },
            { "elliptic-curve", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----" },
            { "curve", other.ExportPkcs8PrivateKeyPem() },
            { "is a public key", key.ExportSubjectPublicKeyInfoPem() },
            {
                "encrypted",
                key.ExportEncryptedPkcs8PrivateKeyPem("secret", new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000))
            },
        };
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void TryRead_AnythingElse_SaysWhatItIs(string said, string? pem)
    {
        PrivateKeyPem.TryRead(pem, out var key, out var problem).ShouldBeFalse();

        key.ShouldBeNull();
        problem.ShouldNotBeNull().ShouldContain(said);
    }
}
