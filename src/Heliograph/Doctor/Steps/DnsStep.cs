using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Heliograph.Doctor.Steps;

/// <summary>What addresses does the name lead to?</summary>
internal sealed class DnsStep : IStep
{
    private const int LongestName = 253;

    public string Name => "DNS";

    public async Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken)
    {
        var host = visit.Url.DnsSafeHost;
        if (IPAddress.TryParse(host, out var literal))
        {
            visit.Addresses = [literal];
            return Finding.Ok("an address, no name to resolve");
        }

        var start = Stopwatch.GetTimestamp();
        visit.Addresses = await ResolveAsync(host, visit.Options.Timeout, cancellationToken);
        return Finding.Ok($"{host} is {string.Join(" and ", visit.Addresses)} ({Terminal.Durations.Measured(Stopwatch.GetElapsedTime(start))})");
    }

    /// <summary>A name's addresses.</summary>
    /// <exception cref="StepFailedException">It has none.</exception>
    public static async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            // The resolver takes such a name for a mistake in the program.
            if (host.Length > LongestName)
                throw new SocketException((int)SocketError.HostNotFound);
            var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken).WaitAsync(timeout, cancellationToken);
            return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.NoData);
        }
        catch (SocketException error)
        {
            throw error.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData
                ? new StepFailedException($"the name '{host}' has no address", "Check its spelling; a new name needs an A or AAAA record, and some time until everybody sees it.")
                : new StepFailedException($"the name '{host}' can't be resolved now: {error.SocketErrorCode}", "This machine's name server does not answer well: try again, or from elsewhere.");
        }
        catch (TimeoutException)
        {
            throw new StepFailedException($"no answer about '{host}' within {Terminal.Durations.Measured(timeout)}", "This machine's name server does not answer: try again, or from elsewhere.");
        }
    }
}
