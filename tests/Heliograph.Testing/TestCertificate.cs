using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Heliograph.Testing;

/// <summary>The certificate of services that tests start on TLS. Nobody but the tests' own callers trusts it.</summary>
public static class TestCertificate
{
    private static readonly X509Certificate2 Own = Create();

    /// <summary>Writes it down for a service.</summary>
    /// <param name="folder">Where to.</param>
    /// <returns>The files of the certificate and of its key, in PEM.</returns>
    public static (string Certificate, string Key) Write(DirectoryInfo folder)
    {
        using var key = Own.GetECDsaPrivateKey()!;
        var files = (Path.Combine(folder.FullName, "certificate.pem"), Path.Combine(folder.FullName, "certificate-key.pem"));
        File.WriteAllText(files.Item1, Own.ExportCertificatePem());
        File.WriteAllText(files.Item2, key.ExportPkcs8PrivateKeyPem());
        return files;
    }

    /// <summary>Whether it is what a service has shown.</summary>
    public static bool IsShown(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors) =>
        shown is not null && shown.GetCertHashString() == Own.GetCertHashString();

    private static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
