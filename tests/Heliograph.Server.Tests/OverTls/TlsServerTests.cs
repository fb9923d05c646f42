using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.OverTls;

/// <summary>Handshakes that fail, and the certificate that is shown.</summary>
[OverTls]
public sealed class TlsServerTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0000\u0005nonsense")]
    [InlineData("")]
    public async Task Connection_WithoutAHandshake_EndsAndHarmsNobody(string bytes)
    {
        await using var service = await TestService.StartAsync();
        var url = new Uri(service.BaseUrl);
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken);
            var stream = socket.GetStream();
            await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(bytes), TestContext.Current.CancellationToken);
            socket.Client.Shutdown(SocketShutdown.Send);
            await EndsAsync(stream);
        }

        (await service.Api.SendAsync(HttpMethod.Get, "/health/live")).Status.ShouldBe(System.Net.HttpStatusCode.OK);
        service.Log.ShouldContain(x => x.Contains("TLS handshake", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Handshake_ThatStops_EndsAfterAWhile()
    {
        await using var service = await TestService.StartAsync();
        var url = new Uri(service.BaseUrl);
        using var silent = new TcpClient();
        using var stopped = new TcpClient();
        await silent.ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken);
        await stopped.ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken);
        await stopped.GetStream().WriteAsync(new byte[] { 0x16, 3, 1 }, TestContext.Current.CancellationToken);

        await Task.WhenAll(EndsAsync(silent.GetStream()), EndsAsync(stopped.GetStream())).WaitAsync(10 * TestPeer.Patience, TestContext.Current.CancellationToken);

        service.Log.Count(x => x.Contains("it took too long", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task Certificate_IsShownWithWhatItsFileHasOfItsChain()
    {
        using var root = Issue("CN=root", null);
        using var intermediate = Issue("CN=intermediate", root);
        using var certificate = Issue("CN=localhost", intermediate);
        using var folder = new TempFolder();
        var file = folder.Write("chain.pem", $"{certificate.ExportCertificatePem()}\n{intermediate.ExportCertificatePem()}\n");
        var keyFile = folder.Write("key.pem", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await using var service = await TestService.StartAsync(x => (x.Service.CertificateFile, x.Service.CertificateKeyFile) = (file, keyFile));
        var url = new Uri(service.BaseUrl);

        using var socket = new TcpClient();
        await socket.ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken);
        var shown = new List<string>();
        await using var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsClientAsync(new()
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, _, chain, _) =>
            {
                shown.AddRange(chain!.ChainPolicy.ExtraStore.Select(x => x.Subject));
                return true;
            },
        }, TestContext.Current.CancellationToken);

        shown.ShouldBe(["CN=localhost", "CN=intermediate"]);
    }

    private static async Task EndsAsync(Stream stream)
    {
        try
        {
            var buffer = new byte[1024];
            while (await stream.ReadAsync(buffer, TestContext.Current.CancellationToken) > 0)
            {
                // An alert, perhaps.
            }
        }
        catch (IOException)
        {
            // By a reset, as something was unread.
        }
    }

    private static X509Certificate2 Issue(string name, X509Certificate2? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(name != "CN=localhost", false, 0, true));
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return issuer is null
            ? request.CreateSelfSigned(from, to)
            : request.Create(issuer, from, to, RandomNumberGenerator.GetBytes(8)).CopyWithPrivateKey(key);
    }
}
