using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Transport;

/// <summary>
/// The server's end of TLS, right on the socket. The web server's own is between two pairs of pipes, through which each byte of a message would go.
/// </summary>
internal sealed partial class TlsServer(X509Certificate2 certificate, X509Certificate2Collection chain, ILogger<TlsServer> logger)
{
    /// <summary>As long as the web server's own waits.</summary>
    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(10);

    private readonly SslServerAuthenticationOptions _options = new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain),
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        AllowRenegotiation = false,
    };

    /// <summary>Deals with a connection until it ends, or is no longer the web server's.</summary>
    /// <param name="connection">The connection, which has just opened.</param>
    /// <param name="next">What is behind TLS.</param>
    public async Task OnConnectionAsync(SocketConnection connection, ConnectionDelegate next)
    {
        var tls = new SslStream(connection.Stream, leaveInnerStreamOpen: true);
        if (!await TryShakeHandsAsync(tls, connection))
        {
            await tls.DisposeAsync();
            return;
        }

        var plain = connection.Transport;
        var pipes = connection.PutOn(tls);
        new TlsFeatures(tls).AddTo(connection.Features);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = plain;
            await pipes.Input.CompleteAsync();
            if (!connection.IsDetached)
                await EndAsync(tls, pipes.Output);
        }
    }

    private async Task<bool> TryShakeHandsAsync(SslStream tls, SocketConnection connection)
    {
        using var patience = new CancellationTokenSource(HandshakeTime);
        try
        {
            await tls.AuthenticateAsServerAsync(_options, patience.Token);
            return true;
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or AuthenticationException or ObjectDisposedException)
        {
            LogFailed(logger, connection.ConnectionId, error is OperationCanceledException ? "it took too long" : error.GetBaseException().Message);
            return false;
        }
    }

    /// <summary>Sends what was not flushed. The connection itself is the web server's to end.</summary>
    private static async Task EndAsync(SslStream tls, PipeWriter output)
    {
        await using var ended = tls;
        try
        {
            await output.CompleteAsync();
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer has gone.
        }
    }

    [LoggerMessage(LogLevel.Debug, "The TLS handshake of connection {Connection} failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string connection, string reason);
}
