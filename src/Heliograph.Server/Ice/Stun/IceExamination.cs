using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Heliograph.Protocol;

namespace Heliograph.Server.Ice.Stun;

/// <summary>Does a STUN or TURN server answer, and does a TURN server take the credentials that peers are given?</summary>
/// <param name="text">The URL.</param>
/// <param name="server">The server as peers are given it.</param>
/// <param name="timeout">How long to wait for each answer.</param>
/// <param name="resolve">Finds a name's addresses; what it throws is the caller's.</param>
internal sealed class IceExamination(
    string text, IceServer server, TimeSpan timeout, Func<string, TimeSpan, CancellationToken, Task<IReadOnlyList<IPAddress>>> resolve)
{
    public async Task<IceFinding> ExamineAsync(CancellationToken cancellationToken)
    {
        if (IceUrl.Parse(text) is not { } url)
        {
            return IceFinding.Failed(
                "is not a URL that browsers take, and with it they refuse the whole connection",
                "Write stun:HOST:PORT, turn:HOST:PORT?transport=udp (or tcp), or turns:HOST:PORT in Ice:StunUrls and Ice:TurnUrls.");
        }

        var addresses = await resolve(url.Host, timeout, cancellationToken);
        var address = addresses.FirstOrDefault(x => x.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            using var connection = await StunConnection.OpenAsync(url, address, timeout, limit.Token);
            return url.IsTurn
                ? await new TurnExamination(connection, url, server, timeout).ExamineAsync(cancellationToken)
                : await ExamineStunAsync(connection, url, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return IceFinding.Failed($"takes no connection at {address} within {Seconds(timeout)}", OpenThePort(url));
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionRefused)
        {
            return IceFinding.Failed($"is refused by {address}: nothing listens on port {url.Port} ({NameOf(url.Transport)})", "Is the STUN or TURN server running, and is it this port?");
        }
        catch (SocketException error)
        {
            return IceFinding.Failed($"can't be reached at {address}: {error.SocketErrorCode}", OpenThePort(url));
        }
        catch (AuthenticationException)
        {
            return IceFinding.Failed("has a certificate that is not accepted", $"Give it a certificate of a public authority for {url.Host}.");
        }
        catch (IOException)
        {
            return IceFinding.Failed("breaks the connection, or is no STUN server", "Another program may listen on that port: check host and port.");
        }
    }

    /// <summary>What to say where a request got no answer.</summary>
    public static IceFinding NoAnswer(StunConnection connection, IceUrl url, TimeSpan timeout) => connection.HasReceivedOther
        ? IceFinding.Failed("answers, but not as STUN does", "Another program listens on that port: check host and port.")
        : IceFinding.Failed($"does not answer within {Seconds(timeout)}", OpenThePort(url));

    private async Task<IceFinding> ExamineStunAsync(StunConnection connection, IceUrl url, CancellationToken cancellationToken)
    {
        var request = StunMessage.Request(StunMessage.BindingRequest);
        var start = Stopwatch.GetTimestamp();
        if (await connection.AskAsync(request, integrityKey: null, cancellationToken) is not { } answer)
            return NoAnswer(connection, url, timeout);
        if (answer.IsErrorOf(request))
            return IceFinding.Failed($"refuses with error {answer.Error}", "Look at the server's settings and log.");
        return answer.FindAddress(StunMessage.XorMappedAddress) is { } mapped
            ? IceFinding.Ok($"answers ({Math.Ceiling(Stopwatch.GetElapsedTime(start).TotalMilliseconds).ToString(CultureInfo.InvariantCulture)} ms): it sees this machine as {mapped}")
            : IceFinding.Failed("answers without saying what address it sees (XOR-MAPPED-ADDRESS)", "The server is too old (RFC 3489): use another, such as coturn.");
    }

    private static string OpenThePort(IceUrl url) =>
        $"Let {NameOf(url.Transport)} port {url.Port} through its firewall, and out of this network; is the server running?";

    private static string NameOf(StunTransport transport) => transport == StunTransport.Udp ? "UDP" : "TCP";

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s";
}
