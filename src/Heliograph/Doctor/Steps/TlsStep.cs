using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Heliograph.Doctor.Steps;

/// <summary>Is there TLS, with a certificate that every peer accepts?</summary>
internal sealed class TlsStep : IStep
{
    public string Name => "TLS";

    public async Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken)
    {
        if (visit.EndPoint is not { } endPoint)
            return Finding.Skipped("there is no connection");
        visit.IsSecured = !visit.IsTls;
        if (!visit.IsTls)
            return Finding.Skipped("the URL is http");

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(visit.Options.Timeout);
        try
        {
            using var client = new TcpClient(endPoint.AddressFamily);
            await client.ConnectAsync(endPoint, limit.Token);
            var start = Stopwatch.GetTimestamp();
            await using var tls = new SslStream(client.GetStream());
            Finding? certificateFinding = null;
            await tls.AuthenticateAsClientAsync(
                new()
                {
                    TargetHost = visit.Url.DnsSafeHost,
                    // Nothing is sent over this connection, and over no other one where the certificate is not good.
#pragma warning disable CA5359
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    {
                        certificateFinding = CertificateCheck.Examine(certificate, chain, errors, visit.Url.DnsSafeHost, visit.Time.GetUtcNow());
                        return true;
                    },
#pragma warning restore CA5359
                },
                limit.Token);
            visit.IsSecured = certificateFinding!.Outcome is not Outcome.Failed;
            var how = $"{tls.SslProtocol switch { SslProtocols.Tls13 => "TLS 1.3", SslProtocols.Tls12 => "TLS 1.2", var other => other.ToString() }} "
                + $"({Terminal.Durations.Measured(Stopwatch.GetElapsedTime(start))})";
            return certificateFinding with { Seen = $"{how}, {certificateFinding.Seen}" };
        }
        catch (Exception error) when (error is IOException or AuthenticationException or SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return await SpeaksPlainHttpAsync(visit, cancellationToken)
                ? Finding.Failed("the port speaks plain HTTP, no TLS", $"Use http:// in the URL, or set up TLS on port {visit.Url.Port} (a proxy's, or CertificateFile).")
                : Finding.Failed(
                    error is OperationCanceledException ? $"no TLS handshake within {Terminal.Durations.Measured(visit.Options.Timeout)}" : "the TLS handshake fails",
                    "Another program may listen on that port; or the server has no certificate for this name, or only old versions of TLS: look at its log.");
        }
    }

    /// <summary>Whether the port answers without TLS.</summary>
    private static async Task<bool> SpeaksPlainHttpAsync(Visit visit, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(visit.Options.Timeout);
        try
        {
            using var client = new TcpClient(visit.EndPoint!.AddressFamily);
            await client.ConnectAsync(visit.EndPoint, limit.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {visit.Url.Authority}\r\nConnection: close\r\n\r\n"), limit.Token);
            var begin = new byte[5];
            return await stream.ReadAtLeastAsync(begin, begin.Length, throwOnEndOfStream: false, limit.Token) == begin.Length && begin.AsSpan().SequenceEqual("HTTP/"u8);
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
