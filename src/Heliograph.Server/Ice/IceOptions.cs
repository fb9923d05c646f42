using Heliograph.Server.Ice.Stun;

namespace Heliograph.Server.Ice;

/// <summary>The STUN and TURN servers that peers are given.</summary>
internal sealed class IceOptions
{
    /// <summary>STUN URLs, e.g. <c>stun:stun.example.com:3478</c>; for anyone. With <c>Ice:TurnUrls</c> the short form of one server without a region.</summary>
    public IList<string> StunUrls { get; } = [];

    /// <summary>TURN URLs, e.g. <c>turn:turn.example.com:3478?transport=udp</c>; for valid tokens with the scope <c>turn</c>.</summary>
    public IList<string> TurnUrls { get; } = [];

    /// <summary>The secret shared with the TURN servers (coturn's <c>static-auth-secret</c> with <c>use-auth-secret</c>).</summary>
    public string? TurnSecret { get; set; }

    /// <summary>How long TURN credentials are valid.</summary>
    public TimeSpan TurnCredentialLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Servers in several places; each peer is given the nearest.</summary>
    public IList<IceServerOptions> Servers { get; } = [];

    /// <summary>How many servers a peer is given at most: browsers ask them all, and are slow with many.</summary>
    public int MaxServers { get; set; } = 3;

    /// <summary>Which peers are in which region, and which regions are near to each other. A peer of no network here is in its product's region.</summary>
    public IList<IceRegionOptions> Regions { get; } = [];

    /// <summary>How often the servers are asked whether they work, from the start on; <c>00:00:00</c> is never. See <c>/health/ready</c>.</summary>
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>All servers, the short form's first.</summary>
    public IEnumerable<IceServerOptions> AllServers
    {
        get
        {
            if (StunUrls.Count + TurnUrls.Count > 0)
            {
                var server = new IceServerOptions();
                foreach (var url in StunUrls.Concat(TurnUrls))
                    server.Urls.Add(url);
                yield return server;
            }

            foreach (var server in Servers)
                yield return server;
        }
    }

    public IEnumerable<string> Validate()
    {
        for (var i = 0; i < StunUrls.Count; i++)
        {
            if (IceUrl.Parse(StunUrls[i]) is not { IsTurn: false })
                yield return $"StunUrls:{i} must be stun:HOST:PORT or stuns:HOST:PORT, and '{StunUrls[i]}' is none";
        }

        for (var i = 0; i < TurnUrls.Count; i++)
        {
            if (IceUrl.Parse(TurnUrls[i]) is not { IsTurn: true })
                yield return $"TurnUrls:{i} must be turn:HOST:PORT?transport=udp (or tcp) or turns:HOST:PORT?transport=tcp, and '{TurnUrls[i]}' is none";
        }

        if (TurnUrls.Count > 0 && string.IsNullOrEmpty(TurnSecret))
            yield return "TurnSecret must be set where TurnUrls are";
        if (TurnCredentialLifetime < TimeSpan.FromMinutes(1) || TurnCredentialLifetime > TimeSpan.FromDays(30))
            yield return "TurnCredentialLifetime must be between 00:01:00 and 30.00:00:00";
        if (CheckInterval != TimeSpan.Zero && (CheckInterval < TimeSpan.FromSeconds(1) || CheckInterval > TimeSpan.FromDays(1)))
            yield return "CheckInterval must be between 00:00:01 and 1.00:00:00, or 00:00:00 for never";
        if (MaxServers is < 1 or > 20)
            yield return "MaxServers must be between 1 and 20";
        foreach (var problem in Servers.SelectMany((server, i) => server.Validate(TurnSecret).Select(x => $"Servers:{i}:{x}")))
            yield return problem;
        foreach (var problem in ValidateRegions())
            yield return problem;
    }

    private IEnumerable<string> ValidateRegions()
    {
        var withServers = Servers.Select(x => x.Region).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var networks = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Regions.Count; i++)
        {
            foreach (var problem in Regions[i].Validate(withServers))
                yield return $"Regions:{i}:{problem}";
            if (Regions[i].Name is { } name && !names.Add(name))
                yield return $"Regions:{i}:Name: there is a region '{name}' already";
            foreach (var network in Regions[i].Networks.Where(x => !networks.Add(x)))
                yield return $"Regions:{i}:Networks: {network} is in another place already";
        }
    }
}
