using System.Net;
using Heliograph.Server.Ice.Stun;

namespace Heliograph.Doctor.Steps;

/// <summary>Do the signaling URLs lead peers back to the service? Built from a wrong public URL, they don't.</summary>
internal sealed class SignalingUrlStep : IStep
{
    public string Name => "Signaling URL";

    public async Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken)
    {
        var urls = ((string?[])[visit.DeviceUrl, visit.Client?.SignalingUrl]).OfType<string>().ToList();
        if (urls.Count == 0)
            return Finding.Skipped("none was given");

        foreach (var text in urls)
        {
            if (await ProblemAsync(visit, text, cancellationToken) is { } problem)
                return problem with { Remedy = problem.Remedy ?? SetPublicUrl(visit) };
        }

        visit.AreUrlsFit = true;
        var url = new Uri(urls[0]);
        return Finding.Ok($"{url.Scheme}://{url.Authority}, {(IsSameHost(visit, url) ? "the service's own host" : "a host of its own")}");
    }

    private static async Task<Finding?> ProblemAsync(Visit visit, string text, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
            return new(Outcome.Failed, $"'{Foreign.Text(text.Split('?')[0])}' is no absolute URL, and SDKs open it as it is");
        var where = Foreign.Url(new Uri(url, "/"));
        if (url.Scheme is not ("ws" or "wss"))
            return new(Outcome.Failed, $"{where} is not for WebSockets: the scheme must be ws or wss");
        if (visit.IsTls && url.Scheme == "ws")
        {
            return new(
                Outcome.Failed,
                $"{where} is not encrypted, though the service was reached by https: pages refuse it, and tickets travel in clear",
                SetPublicUrl(visit) + " Or let the proxy send X-Forwarded-Proto, and set TrustedProxies.");
        }

        return IsSameHost(visit, url) ? null : await OtherHostProblemAsync(visit, url, where, cancellationToken);
    }

    /// <summary>A URL that leads elsewhere than the base URL may be meant so: it must only lead somewhere that peers can reach.</summary>
    private static async Task<Finding?> OtherHostProblemAsync(Visit visit, Uri url, string where, CancellationToken cancellationToken)
    {
        IReadOnlyList<IPAddress> addresses;
        try
        {
            addresses = IPAddress.TryParse(url.DnsSafeHost, out var literal)
                ? [literal] : await DnsStep.ResolveAsync(url.DnsSafeHost, visit.Options.Timeout, cancellationToken);
        }
        catch (StepFailedException error)
        {
            return new(Outcome.Failed, $"{where}: {error.Finding.Seen}");
        }

        if (visit.EndPoint is { Address: var own }
            && ((addresses.All(IPAddress.IsLoopback) && !IPAddress.IsLoopback(own)) || (addresses.All(PrivateNetworks.Contain) && !PrivateNetworks.Contain(own))))
            return new(Outcome.Failed, $"{where} leads to {string.Join(", ", addresses)}, which peers elsewhere can't reach");

        var attempts = await Task.WhenAll(addresses.Select(x => TcpStep.TryAsync(new(x, url.Port), visit.Options.Timeout, cancellationToken)));
        return attempts.Any(x => x.Error is null)
            ? null
            : new(Outcome.Failed, $"{where} leads elsewhere than {visit.BaseUrl}: {string.Join("; ", attempts.Select(x => x.ToString()))}");
    }

    private static string SetPublicUrl(Visit visit) => $"Set PublicUrl to what peers reach the service by (here that would be {visit.BaseUrl}).";

    private static bool IsSameHost(Visit visit, Uri url) =>
        url.Port == visit.Url.Port && string.Equals(url.DnsSafeHost, visit.Url.DnsSafeHost, StringComparison.OrdinalIgnoreCase);
}
