using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Heliograph.Testing;

namespace Heliograph.Cluster.Tests.Balancing;

/// <summary>HAProxy or nginx as a process of its own, with the configuration of docs/cluster.md: only ports, files and times are others.</summary>
internal sealed class Balancer : IAsyncDisposable
{
    private static readonly string Page = Path.Combine(AppContext.BaseDirectory, "cluster.md");

    private readonly Process _process;
    private readonly List<string> _log = [];

    private Balancer(Process process, int port, string certificate)
    {
        _process = process;
        Port = port;
        Certificate = certificate;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Port { get; }

    public int Id => _process.Id;

    /// <summary>The SHA-256 of its certificate, in hex.</summary>
    public string Certificate { get; }

    public string BaseUrl => $"https://127.0.0.1:{Port}";

    public static Task<Balancer> StartHaProxyAsync(TempFolder folder, int port, IReadOnlyList<TestNode> nodes)
    {
        var (certificate, hash) = WriteCertificate(folder);
        var file = folder.Write("haproxy.cfg", Replace(BlockOf("haproxy"), nodes,
            // What a process may open here; and nothing listens where a machine's log is.
            ("maxconn 100000", "maxconn 5000"),
            ("log /dev/log local0", "log stdout format raw local0"),
            ("bind :443 ssl crt /etc/haproxy/signaling.pem", $"bind 127.0.0.1:{port} ssl crt {certificate}")));
        return StartAsync(port, hash, "haproxy", "-db", "-f", file);
    }

    public static Task<Balancer> StartNginxAsync(TempFolder folder, int port, IReadOnlyList<TestNode> nodes)
    {
        var (certificate, hash) = WriteCertificate(folder);
        // What the page puts into a file of sites-enabled, with what Debian's nginx.conf has around it.
        var site = Replace(BlockOf("nginx"), nodes,
            ("listen 443 ssl;", $"listen 127.0.0.1:{port} ssl;"),
            ("/etc/nginx/signaling.pem", certificate),
            ("/etc/nginx/signaling.key", certificate),
            ("/var/log/nginx/signaling.log", folder.PathOf("access.log")),
            // A test that waits for it would wait long.
            ("proxy_read_timeout 5s;", "proxy_read_timeout 1s;"),
            ("proxy_read_timeout 30s;", "proxy_read_timeout 1s;"));
        var temp = string.Join('\n', new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(x => $"{x}_temp_path {folder.PathOf(x)};"));
        var file = folder.Write("nginx.conf", $"daemon off;\npid {folder.PathOf("nginx.pid")};\nworker_processes 1;\nevents {{ worker_connections 4096; }}\nhttp {{\n{temp}\n{site}\n}}\n");
        return StartAsync(port, hash, "nginx", "-p", folder.Info.FullName, "-e", "stderr", "-c", file);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<Balancer> StartAsync(int port, string certificate, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        var balancer = new Balancer(Process.Start(start)!, port, certificate);
        try
        {
            await Eventually.HoldsAsync($"{program} listens", balancer.AskAsync);
            return balancer;
        }
        catch
        {
            await balancer.DisposeAsync();
            throw;
        }
    }

    /// <summary>The page's code block of a language.</summary>
    private static string BlockOf(string language)
    {
        var page = File.ReadAllText(Page);
        var begin = page.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        return page[begin..page.IndexOf("```", begin, StringComparison.Ordinal)];
    }

    /// <summary>Puts the nodes in place of the page's; where there are fewer, the others' lines go.</summary>
    private static string Replace(string text, IReadOnlyList<TestNode> nodes, params IEnumerable<(string Old, string New)> more)
    {
        var addresses = nodes.Select((node, i) => ($"10.0.0.{i + 1}:8080", new Uri(node.BaseUrl).Authority));
        foreach (var (old, replacement) in more.Concat(addresses))
        {
            text.ShouldContain(old);
            text = text.Replace(old, replacement, StringComparison.Ordinal);
        }

        return string.Join('\n', text.Split('\n').Where(line => !line.Contains("10.0.0.", StringComparison.Ordinal)));
    }

    /// <summary>A certificate with its key in one file.</summary>
    private static (string File, string Hash) WriteCertificate(TempFolder folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var file = folder.Write("signaling.pem", $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return (file, certificate.GetCertHashString(HashAlgorithmName.SHA256));
    }

    private void Note(string? line)
    {
        lock (_log)
            _log.Add(line ?? "");
    }

    /// <summary>Null where it takes connections.</summary>
    private async Task<string?> AskAsync()
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync("127.0.0.1", Port);
            return null;
        }
        catch (SocketException error)
        {
            lock (_log)
                return _process.HasExited ? throw new InvalidOperationException($"It ended:\n{string.Join('\n', _log)}") : error.Message;
        }
    }
}
