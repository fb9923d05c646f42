using Heliograph.Server.Ice.Stun;

namespace Heliograph.Doctor.Steps;

/// <summary>Is the URL one that an SDK can be given?</summary>
internal sealed class UrlStep : IStep
{
    public string Name => "URL";

    public Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken)
    {
        var url = visit.Url;
        var seen = $"{visit.BaseUrl}, port {url.Port}";
        // Without TLS anybody on the way can read and use tokens; on this machine or in its own network there may be no way.
        var isOwnNetwork = url.IsLoopback || (System.Net.IPAddress.TryParse(url.DnsSafeHost, out var address) && PrivateNetworks.Contain(address));
        return Task.FromResult(visit.IsTls || isOwnNetwork
            ? Finding.Ok(seen)
            : Finding.Warning($"{seen}: plain http, so anybody on the way can read tokens", "Use https; pages that were loaded over https can't call http at all."));
    }
}
