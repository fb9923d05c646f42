using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Heliograph.Protocol.Tests.Tokens;

public sealed class PublicKeyPemTests
{
    private const string EcPublicKey = "1.2.840.10045.2.1";
    private const string P256 = "1.2.840.10045.3.1.7";

    [Fact]
    public void TryRead_OfWhatWriteWrote_IsTheSame()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var info = key.ExportSubjectPublicKeyInfo();

        PublicKeyPem.TryRead(PublicKeyPem.Write(info), out var read, out var problem).ShouldBeTrue();

        read.ShouldBe(info);
        problem.ShouldBeNull();
    }

    [Fact]
    public void TryRead_InOtherClothes_IsTheSameKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = key.ExportSubjectPublicKeyInfoPem();
        var info = key.ExportSubjectPublicKeyInfo();

        foreach (var text in (string[])
            [pem.Replace("\n", "\r\n"), "\n\n  " + pem + "\n\n", "Subject: a comment\n" + pem, pem.Replace("\n", " \n"), Pem([.. info, 0, 1, 2])])
        {
            PublicKeyPem.TryRead(text, out var read, out _).ShouldBeTrue();
            read.ShouldBe(info);
        }
    }

    [Theory]
    [InlineData(null, "missing")]
    [InlineData("", "missing")]
    [InlineData(" \n", "missing")]
    [InlineData("MFkwEwYHKoZIzj0CAQYI", "not PEM")]
    [InlineData("-----BEGIN PUBLIC KEY-----\n", "not PEM")]
    [InlineData("-----BEGIN PUBLIC KEY-----\n!!!\n-----END PUBLIC KEY-----", "not PEM")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "no elliptic-curve")]
    [InlineData("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----", "no elliptic-curve")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "another kind")]
    public void TryRead_OfNoKey_SaysWhatIsWrong(string? pem, string problem) => ShouldFail(pem, problem);

    [Fact]
    public void TryRead_OfAPrivateKey_SaysSo()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        ShouldFail(key.ExportPkcs8PrivateKeyPem(), "is a private key");
        ShouldFail(key.ExportECPrivateKeyPem(), "is a private key");
    }

    [Fact]
    public void TryRead_OfAnotherAlgorithm_IsRefused()
    {
        using var rsa = RSA.Create(2048);

        ShouldFail(rsa.ExportSubjectPublicKeyInfoPem(), "no elliptic-curve");
    }

    [Fact]
    public void TryRead_OfAnotherNamedCurve_IsRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        ShouldFail(key.ExportSubjectPublicKeyInfoPem(), "another curve");
        using var k256 = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10"));
        ShouldFail(k256.ExportSubjectPublicKeyInfoPem(), "another curve");
    }

    [Theory]
    [InlineData("1.2.3.4")]
    [InlineData("1.3.101.112")]
    [InlineData("2.25.329800735698586629295641978511506172918")]
    public void TryRead_OfACurveThatNobodyKnows_IsRefused(string oid) => ShouldFail(Pem(Info(oid, SomePoint())), "");

    [Fact]
    public void TryRead_OfAnExplicitCurve_IsRefused()
    {
        // The curve's numbers in place of its name; a well-known way to smuggle in a curve of one's own.
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parameters = key.ExportExplicitParameters(includePrivateParameters: false);
        using var explicitKey = ECDsa.Create(parameters);

        ShouldFail(explicitKey.ExportSubjectPublicKeyInfoPem(), "");
    }

    [Fact]
    public void TryRead_OfAPointThatIsNotOnTheCurve_IsRefused()
    {
        var point = SomePoint();
        point[^1] ^= 1;

        ShouldFail(Pem(Info(P256, point)), "");
        ShouldFail(Pem(Info(P256, [4, .. new byte[64]])), "");
        ShouldFail(Pem(Info(P256, [0])), "");
        ShouldFail(Pem(Info(P256, [])), "");
        ShouldFail(Pem(Info(P256, point[..33])), "");
    }

    [Fact]
    public void TryRead_OfMutatedKeys_NeverThrows()
    {
        var random = new Random(7);
        var info = Info(P256, SomePoint());
        for (var i = 0; i < 5000; i++)
        {
            var bytes = (byte[])info.Clone();
            for (var j = random.Next(1, 4); j > 0; j--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);

            var isRead = PublicKeyPem.TryRead(Pem(bytes), out var read, out var problem);
            (read is not null).ShouldBe(isRead);
            (problem is null).ShouldBe(isRead);
        }
    }

    private static void ShouldFail(string? pem, string problem)
    {
        PublicKeyPem.TryRead(pem, out var read, out var told).ShouldBeFalse();
        read.ShouldBeNull();
        told.ShouldContain(problem);
    }

    private static string Pem(byte[] bytes) => PemEncoding.WriteString("PUBLIC KEY", bytes);

    private static byte[] SomePoint()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return [4, .. point.X!, .. point.Y!];
    }

    /// <summary>A SubjectPublicKeyInfo of an elliptic curve, right or wrong.</summary>
    private static byte[] Info(string curve, byte[] point)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(EcPublicKey);
                writer.WriteObjectIdentifier(curve);
            }

            writer.WriteBitString(point);
        }

        return writer.Encode();
    }
}
