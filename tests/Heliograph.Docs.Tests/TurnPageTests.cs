using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Heliograph.Server.Hosting;
using Microsoft.Extensions.Configuration;

namespace Heliograph.Docs.Tests;

/// <summary>docs/turn.md: coturn runs with the page's configuration file, and does what the page says.</summary>
public sealed class TurnPageTests : IDisposable
{
    private const string Page = "docs/turn.md", Secret = "0123456789abcdef";
    private const int Granted = 0, WrongCredentials = 401;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ConfigurationFile_OfThePage_RelaysAndGuardsTheOwnNetwork()
    {
        var (port, tlsPort) = Ports.Free(2) switch { var ports => (ports[0], ports[1]) };
        await using var coturn = await Coturn.StartAsync(_folder, port, ConfigurationFile(port, tlsPort));
        var (username, credential) = Credentials();

        (await TurnClient.TryAsync(port, username, credential)).ShouldBe(Granted);
        (await TurnClient.TryAsync(port, username, "forged")).ShouldBe(WrongCredentials);
        using var session = await TurnClient.OpenAsync(port, username, credential);
        // This machine is what 127.0.0.0/8 is to any other.
        (await Should.ThrowAsync<InvalidOperationException>(session.RelayAsync(1, 10))).Message.ShouldContain("403");
        (await CertificateAsync(tlsPort)).ShouldContain("turn.example.com");
    }

    [Fact]
    public async Task ConfigurationFile_WithPeersOnThisMachineAllowed_RelaysBytes()
    {
        var (port, tlsPort) = Ports.Free(2) switch { var ports => (ports[0], ports[1]) };
        var file = ConfigurationFile(port, tlsPort).Replace("denied-peer-ip=127.0.0.0-127.255.255.255", "allow-loopback-peers", StringComparison.Ordinal);
        await using var coturn = await Coturn.StartAsync(_folder, port, file);
        var (username, credential) = Credentials();
        using var session = await TurnClient.OpenAsync(port, username, credential);

        (await session.RelayAsync(10, 100)).ShouldBe(2000);
    }

    [Fact]
    public void Settings_OfThePage_AreAccepted() => Markdown.Blocks(Repository.Read(Page), "json").ShouldAllBe(json =>
        Settings.Read(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build()) != null);

    /// <summary>The page's file with addresses, ports, names of files and secrets of this test.</summary>
    private string ConfigurationFile(int port, int tlsPort)
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=turn.example.com", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var text = Markdown.Blocks(Repository.Read(Page), "ini")[0];
        foreach (var (old, replacement) in ((string, string)[])
            [("203.0.113.10", "127.0.0.1"), ("listening-port=3478", $"listening-port={port}"), ("tls-listening-port=5349", $"tls-listening-port={tlsPort}"),
             ("/etc/coturn/fullchain.pem", _folder.Write("cert.pem", certificate.ExportCertificatePem())),
             ("/etc/coturn/privkey.pem", _folder.Write("key.pem", key.ExportPkcs8PrivateKeyPem())),
             ("port=6380", $"port={Ports.Free(1)[0]}"), ("=SECRET", $"={Secret}"), ("=PASSWORD", "=password")])
        {
            text.ShouldContain(old);
            text = text.Replace(old, replacement, StringComparison.Ordinal);
        }

        return text;
    }

    private static (string Username, string Credential) Credentials()
    {
        var username = $"{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()}:wp-39wu7tex:wd-3xtqp3hy4xxy3av3";
#pragma warning disable CA5350 // As coturn does it with use-auth-secret.
        return (username, Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(username))));
#pragma warning restore CA5350
    }

    /// <summary>Whose certificate a port shows.</summary>
    private static async Task<string> CertificateAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        await using var tls = new SslStream(client.GetStream());
#pragma warning disable CA5359 // It is looked at, not trusted.
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "turn.example.com", RemoteCertificateValidationCallback = (_, _, _, _) => true });
#pragma warning restore CA5359
        return tls.RemoteCertificate!.Subject;
    }
}
