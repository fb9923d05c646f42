using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Heliograph.Program.Tests;

/// <summary>TLS by the service itself, with a certificate of PEM files.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly X509Certificate2 _certificate = CreateCertificate();

    public void Dispose()
    {
        _certificate.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Message_OverTlsAndEitherHttp_IsRelayed(int httpVersion)
    {
        await using var service = await ServeAsync();
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = IsOurs } };
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        using var api = new ApiClient(service.BaseUrl, (await File.ReadAllTextAsync(service.ApiKeyFile, TestContext.Current.CancellationToken)).Trim(), handler);
        using var key = new SigningKey();
        var address = await api.CreateDeviceAsync(await api.CreateProductAsync(), key);

        var connectedDevice = (await api.ConnectDeviceAsync(address, key.DeviceToken(address))).Require(HttpStatusCode.OK);
        var deviceUrl = connectedDevice["signalingUrl"]!.GetValue<string>();
        deviceUrl.ShouldStartWith("wss://");
        await using var device = await TestPeer.OpenAsync(deviceUrl, options => Use(options, httpVersion), invoker);
        var connectedClient = (await api.ConnectClientAsync(address)).Require(HttpStatusCode.OK);
        await using var client = await TestPeer.OpenAsync(connectedClient["signalingUrl"]!.GetValue<string>(), options => Use(options, httpVersion), invoker);

        var channel = connectedClient["channelId"]!.GetValue<string>();
        await device.ReceiveAsync();
        await client.SendMessageAsync(channel, "\"there\"");
        (await device.ReceiveAsync()).ShouldBe($$"""{"type":"MESSAGE","channelId":"{{channel}}","authorized":false,"message":"there"}""");
        await device.SendMessageAsync(channel, "\"and back\"");
        (await client.ReceiveAsync()).ShouldBe($$"""{"type":"MESSAGE","channelId":"{{channel}}","message":"and back"}""");
        await client.CloseAsync();
        client.CloseCode.ShouldBe(1000);
    }

    [Fact]
    public async Task HttpsUrl_WithoutCertificate_IsRefused()
    {
        await using var process = HeliographProcess.Start(["serve", "--data", _folder.PathOf("data"), "--listen", "https://127.0.0.1:0"]);

        (await process.ExitAsync()).ShouldBe(1);
        process.Log.Trim().ShouldHaveSingleLine().ShouldContain("CertificateFile and CertificateKeyFile");
    }

    [Fact]
    public async Task Certificate_ThatCantBeRead_IsToldByItsKey()
    {
        var environment = Environment(_folder.Write("cert.pem", "nonsense"), _folder.Write("key.pem", "nonsense"));

        await using var process = HeliographProcess.Start(["serve", "--data", _folder.PathOf("data"), "--listen", "https://127.0.0.1:0"], environment);

        (await process.ExitAsync()).ShouldBe(1);
        process.Log.Trim().ShouldHaveSingleLine().ShouldContain("CertificateFile");
    }

    private Task<HeliographProcess> ServeAsync() => HeliographProcess.ServeAsync(
        _folder.Sub("data"),
        Environment(
            _folder.Write("cert.pem", _certificate.ExportCertificatePem()),
            _folder.Write("key.pem", _certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem())),
        "--listen", "https://localhost:0");

    private static Dictionary<string, string> Environment(string certificate, string key) =>
        new() { ["HELIOGRAPH_CERTIFICATEFILE"] = certificate, ["HELIOGRAPH_CERTIFICATEKEYFILE"] = key };

    private static void Use(ClientWebSocketOptions options, int httpVersion)
    {
        options.HttpVersion = new(httpVersion, httpVersion == 1 ? 1 : 0);
        options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
    }

    private bool IsOurs(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors) =>
        shown?.GetCertHashString() == _certificate.GetCertHashString();

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
