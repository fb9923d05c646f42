using System.Net.Sockets;
using System.Security.Authentication;
using Heliograph.Doctor.Stun;
using Heliograph.Server.Ice.Stun;
using Heliograph.Protocol;
using Heliograph.Terminal;

namespace Heliograph.Doctor.Steps;

/// <summary>Does a STUN or TURN server answer, and does a TURN server take the credentials that peers are given?</summary>
internal sealed class IceUrlStep(string text, IceServer server) : IStep
{
    public string Name => text.StartsWith("turn", StringComparison.OrdinalIgnoreCase) ? "TURN" : "STUN";

    public async Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken)
    {
        Finding finding;
        try
        {
            finding = await AskAsync(visit, cancellationToken);
        }
        catch (StepFailedException error)
        {
            finding = error.Finding;
        }

        return finding with { Seen = $"{Foreign.Text(text)} {finding.Seen}" };
    }

    private async Task<Finding> AskAsync(Visit visit, CancellationToken cancellationToken)
    {
        if (IceUrl.Parse(text) is not { } url)
        {
            return Finding.Failed(
                "is not a URL that browsers take, and with it they refuse the whole connection",
                "Write stun:HOST:PORT, turn:HOST:PORT?transport=udp (or tcp), or turns:HOST:PORT in Ice:StunUrls and Ice:TurnUrls.");
        }

        var addresses = await DnsStep.ResolveAsync(url.Host, visit.Options.Timeout, cancellationToken);
        var address = addresses.FirstOrDefault(x => x.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(visit.Options.Timeout);
        try
        {
            using var connection = await StunConnection.OpenAsync(url, address, visit.Options.Timeout, limit.Token);
            return url.IsTurn
                ? await new TurnExamination(connection, url, server, visit.Options.Timeout).ExamineAsync(cancellationToken)
                : await ExamineStunAsync(connection, visit.Options.Timeout, url, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Finding.Failed($"takes no connection at {address} within {Durations.Measured(visit.Options.Timeout)}", TcpStep.Remedy(SocketError.TimedOut, url.Port));
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionRefused)
        {
            return Finding.Failed($"is refused by {address}: nothing listens on port {url.Port} ({url.Transport.ToString().ToUpperInvariant()})", "Is the STUN or TURN server running, and is it this port?");
        }
        catch (SocketException error)
        {
            return Finding.Failed($"can't be reached at {address}: {error.SocketErrorCode}", TcpStep.Remedy(error.SocketErrorCode, url.Port));
        }
        catch (AuthenticationException)
        {
            return Finding.Failed("has a certificate that is not accepted", $"Give it a certificate of a public authority for {url.Host}.");
        }
        catch (IOException)
        {
            return Finding.Failed("breaks the connection, or is no STUN server", "Another program may listen on that port: check host and port.");
        }
    }

    /// <summary>What to say where a request got no answer.</summary>
    internal static Finding NoAnswer(StunConnection connection, IceUrl url, TimeSpan timeout) => connection.HasReceivedOther
        ? Finding.Failed("answers, but not as STUN does", "Another program listens on that port: check host and port.")
        : Finding.Failed(
            $"does not answer within {Durations.Measured(timeout)}",
            $"Let {url.Transport.ToString().ToUpperInvariant()} port {url.Port} through its firewall, and out of this network; is the server running?");

    private static async Task<Finding> ExamineStunAsync(StunConnection connection, TimeSpan timeout, IceUrl url, CancellationToken cancellationToken)
    {
        var request = StunMessage.Request(StunMessage.BindingRequest);
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        if (await connection.AskAsync(request, integrityKey: null, cancellationToken) is not { } answer)
            return NoAnswer(connection, url, timeout);
        if (answer.IsErrorOf(request))
            return Finding.Failed($"refuses with {answer.Error?.Number} {Foreign.Text(answer.Error?.Reason ?? "")}", "Look at the server's settings and log.");
        return answer.FindAddress(StunMessage.XorMappedAddress) is { } mapped
            ? Finding.Ok($"answers ({Durations.Measured(System.Diagnostics.Stopwatch.GetElapsedTime(start))}): it sees this machine as {mapped}")
            : Finding.Failed("answers without saying what address it sees (XOR-MAPPED-ADDRESS)", "The server is too old (RFC 3489): use another, such as coturn.");
    }
}
