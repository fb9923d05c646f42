using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Heliograph.Server.BesideHttp;
using Heliograph.Server.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Hosting;

/// <summary>The web server: where it listens, with what certificate, and its limits.</summary>
internal static class KestrelSetup
{
    private const int MaxBody = 16 * 1024 * 1024;

    public static void Configure(WebApplicationBuilder builder, Settings settings)
    {
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddSingleton<IConnectionListenerFactory, SocketTransport>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBody;
            foreach (var url in settings.Service.ListenUrls)
                Listen(kestrel, new Uri(url), settings.Service);
        });
    }

    private static void Listen(KestrelServerOptions kestrel, Uri url, ServiceOptions options)
    {
        var isLocalhost = string.Equals(url.Host, "localhost", StringComparison.OrdinalIgnoreCase);
        if (isLocalhost && url.Port != 0)
            kestrel.ListenLocalhost(url.Port, Configure);
        else if (isLocalhost)
            // A free port can be had on one address only.
            kestrel.Listen(IPAddress.Loopback, 0, Configure);
        else if (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address))
            kestrel.Listen(address, url.Port, Configure);
        else
            kestrel.ListenAnyIP(url.Port, Configure);

        void Configure(ListenOptions listener)
        {
            if (url.Scheme == "https")
                UseTls(listener, LoadCertificate(options, out var chain), chain);
            if (!options.BesideHttp)
                return;
            listener.Use(next =>
            {
                var shortcuts = listener.ApplicationServices.GetRequiredService<Shortcuts>();
                // On another transport than ours all is HTTP's.
                return connection => connection is SocketConnection own ? shortcuts.OnConnectionAsync(own, next) : next(connection);
            });
        }
    }

    /// <summary>TLS of our own on our transport, and the web server's on another.</summary>
    private static void UseTls(ListenOptions listener, X509Certificate2 certificate, X509Certificate2Collection chain)
    {
        ConnectionDelegate? behind = null;
        listener.Use(next =>
        {
            var tls = ActivatorUtilities.CreateInstance<TlsServer>(listener.ApplicationServices, certificate, chain);
            return connection => connection is SocketConnection own ? tls.OnConnectionAsync(own, behind!) : next(connection);
        });
        listener.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = certificate, ServerCertificateChain = chain });
        listener.Use(next => behind = next);
    }

    private static X509Certificate2 LoadCertificate(ServiceOptions options, out X509Certificate2Collection chain)
    {
        chain = [];
        try
        {
            chain.ImportFromPemFile(options.CertificateFile!);
            return X509Certificate2.CreateFromPemFile(options.CertificateFile!, options.CertificateKeyFile);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"CertificateFile and CertificateKeyFile can't be used: {error.Message}"]);
        }
    }
}
