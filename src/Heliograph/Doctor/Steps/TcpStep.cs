using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Heliograph.Doctor.Steps;

/// <summary>Does every address take connections?</summary>
internal sealed class TcpStep : IStep
{
    public string Name => "TCP";

    public async Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken)
    {
        if (visit.Addresses is not { } addresses)
            return Finding.Skipped("there is no address");

        var attempts = await Task.WhenAll(addresses.Select(address => TryAsync(new(address, visit.Url.Port), visit.Options.Timeout, cancellationToken)));
        visit.EndPoint = attempts.FirstOrDefault(x => x.Error is null)?.EndPoint;
        var seen = string.Join("; ", attempts.Select(x => x.ToString()));
        var broken = attempts.Where(x => x is { Error: not null, IsOurs: false }).ToList();
        if (visit.EndPoint is null)
            return Finding.Failed(seen, Remedy((broken.FirstOrDefault() ?? attempts[0]).Error!.Value, visit.Url.Port));
        return broken.Count == 0
            ? Finding.Ok(seen)
            : Finding.Warning(seen, "Peers that try that address first wait or fail: make the service listen there, or remove the address from the name's records.");
    }

    /// <summary>Tries to connect.</summary>
    public static async Task<Attempt> TryAsync(IPEndPoint endPoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        var start = Stopwatch.GetTimestamp();
        try
        {
            using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(endPoint, limit.Token);
            return new(endPoint, null, Stopwatch.GetElapsedTime(start));
        }
        catch (SocketException error)
        {
            return new(endPoint, error.SocketErrorCode, Stopwatch.GetElapsedTime(start));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(endPoint, SocketError.TimedOut, timeout);
        }
    }

    /// <summary>What to do where no connection was taken.</summary>
    public static string Remedy(SocketError error, int port) => error switch
    {
        SocketError.ConnectionRefused => $"Nothing listens on port {port} there: is the service running, and its proxy? Is the port right?",
        SocketError.TimedOut => $"A firewall or a wrong address swallows the attempt: open port {port}, and check the address.",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.AddressFamilyNotSupported =>
            "This machine has no way there: check its network, or try from elsewhere.",
        _ => "Check the network between here and there.",
    };

    /// <summary>How connecting to an address went.</summary>
    internal sealed record Attempt(IPEndPoint EndPoint, SocketError? Error, TimeSpan Duration)
    {
        /// <summary>Whether it failed for want of a network of that kind on this machine, which says nothing about the service.</summary>
        public bool IsOurs => Error is SocketError.NetworkUnreachable or SocketError.AddressFamilyNotSupported;

        public override string ToString() => Error switch
        {
            null => $"{EndPoint} connects ({Terminal.Durations.Measured(Duration)})",
            SocketError.ConnectionRefused => $"{EndPoint} refuses the connection",
            SocketError.TimedOut => $"{EndPoint} does not answer within {Terminal.Durations.Measured(Duration)}",
            _ when IsOurs => $"{EndPoint} can't be tried from this machine",
            _ => $"{EndPoint} fails: {Error}",
        };
    }
}
