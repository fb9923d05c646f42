using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Heliograph.Program.Tests.Doctor;

/// <summary>Certificates that peers refuse, and one that they take.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly X509Certificate2 _authority = CreateAuthority("Test Authority");

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Certificate_OfTrustedAuthority_IsFine()
    {
        using var certificate = Issue("localhost", TimeSpan.FromDays(-1), TimeSpan.FromDays(60));
        var environment = new Dictionary<string, string>
        {
            ["HELIOGRAPH_CERTIFICATEFILE"] = _folder.Write("cert.pem", certificate.ExportCertificatePem()),
            ["HELIOGRAPH_CERTIFICATEKEYFILE"] = _folder.Write("key.pem", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
        };
        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"), environment, "--listen", "https://localhost:0");

        var run = await DoctorRun.ExamineAsync(service.BaseUrl, Trusting(), "--api-key-file", service.ApiKeyFile);

        run.ExitCode.ShouldBe(0, run.Output);
        run.Seen("TLS").ShouldMatch(@"^TLS 1\.3 \([^)]+\), a certificate of Test Authority, good for 5\d days more$");
        run.Outcome("Messages").ShouldBe("ok");
    }

    [Fact]
    public async Task Certificate_SoonToExpire_IsAWarning()
    {
        using var certificate = Issue("localhost", TimeSpan.FromDays(-80), TimeSpan.FromDays(5));

        var run = await ExamineAsync(certificate);

        run.Outcome("TLS").ShouldBe("warning");
        run.Seen("TLS").ShouldContain("good for 4 days more");
    }

    [Fact]
    public async Task Certificate_Expired_IsTold()
    {
        using var certificate = Issue("localhost", TimeSpan.FromDays(-90), TimeSpan.FromDays(-3.5));

        (await ExamineAsync(certificate)).ShouldFailAt("TLS", "expired 3 days ago", "Renew");
    }

    [Fact]
    public async Task Certificate_NotYetValid_IsTold()
    {
        using var certificate = Issue("localhost", TimeSpan.FromDays(3), TimeSpan.FromDays(90));

        (await ExamineAsync(certificate)).ShouldFailAt("TLS", "is not valid before", "clock");
    }

    [Fact]
    public async Task Certificate_OfAnotherName_IsTold()
    {
        using var certificate = Issue("signal.example.com", TimeSpan.FromDays(-1), TimeSpan.FromDays(90));

        (await ExamineAsync(certificate)).ShouldFailAt("TLS", "is for signal.example.com, not for localhost", "name");
    }

    [Fact]
    public async Task Certificate_OfUnknownAuthority_IsTold()
    {
        using var certificate = Issue("localhost", TimeSpan.FromDays(-1), TimeSpan.FromDays(90));

        (await ExamineAsync(certificate, isTrusted: false)).ShouldFailAt("TLS", "issued by 'Test Authority'", "");
    }

    [Fact]
    public async Task Certificate_SelfSigned_IsTold()
    {
        using var certificate = Issue("localhost", TimeSpan.FromDays(-1), TimeSpan.FromDays(90), issuer: null);

        (await ExamineAsync(certificate)).ShouldFailAt("TLS", "self-signed", "Let's Encrypt");
    }

    [Fact]
    public async Task Certificate_WithSeveralFaults_AllAreTold()
    {
        using var certificate = Issue("signal.example.com", TimeSpan.FromDays(-90), TimeSpan.FromDays(-3.5), issuer: null);

        var run = await ExamineAsync(certificate);

        run.ShouldFailAt("TLS", "expired", "Renew");
        run.Seen("TLS").ShouldContain("not for localhost");
        run.Seen("TLS").ShouldContain("self-signed");
    }

    [Fact]
    public async Task Https_OnAPortOfPlainHttp_IsTold()
    {
        await using var server = await Front.ServeAsync(_ => Task.CompletedTask);

        (await DoctorRun.ExamineAsync(server.Url.Replace("http://", "https://", StringComparison.Ordinal))).ShouldFailAt("TLS", "speaks plain HTTP", "http://");
    }

    [Fact]
    public async Task Http_OnAPortOfTls_IsTold()
    {
        using var certificate = Issue("localhost", TimeSpan.FromDays(-1), TimeSpan.FromDays(90));
        await using var server = await Front.ServeAsync(_ => Task.CompletedTask, certificate);

        (await DoctorRun.ExamineAsync(server.Url.Replace("https://", "http://", StringComparison.Ordinal))).ShouldFailAt("Service", "", "TLS");
    }

    private async Task<DoctorRun> ExamineAsync(X509Certificate2 certificate, bool isTrusted = true)
    {
        await using var server = await Front.ServeAsync(_ => Task.CompletedTask, certificate);
        return await DoctorRun.ExamineAsync($"https://localhost:{new Uri(server.Url).Port}", isTrusted ? Trusting() : null);
    }

    /// <summary>An environment in which the test's authority is trusted.</summary>
    private Dictionary<string, string> Trusting() => new() { ["SSL_CERT_FILE"] = _folder.Write("ca.pem", _authority.ExportCertificatePem()) };

    private X509Certificate2 Issue(string name, TimeSpan from, TimeSpan to) => Issue(name, from, to, _authority);

    private static X509Certificate2 Issue(string name, TimeSpan from, TimeSpan to, X509Certificate2? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var (begins, ends) = (DateTimeOffset.UtcNow + from, DateTimeOffset.UtcNow + to);
        if (issuer is null)
            return request.CreateSelfSigned(begins, ends);
        using var issued = request.Create(issuer, begins, ends, RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    private static X509Certificate2 CreateAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-1), DateTimeOffset.UtcNow.AddYears(1));
    }
}
