using System.Net;
using System.Security.Cryptography;
using System.Text;
using Heliograph.Protocol;
using Heliograph.Server.Ice.Stun;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Ice;

/// <summary>
/// The ICE servers for a peer, the nearest first. TURN credentials follow the TURN REST scheme (draft-uberti-behave-turn-rest): the user
/// name is <c>{expiry, seconds since 1970}:{productId}:{deviceId}</c>, the password its HMAC-SHA1 with the shared secret, in base64.
/// </summary>
internal sealed class IceServers
{
    private readonly IReadOnlyList<Place> _places;
    private readonly PeerRegions _regions;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> _near;
    private readonly int _maxServers;
    private readonly TimeSpan _lifetime;
    private readonly TimeProvider _time;

    public IceServers(IOptions<IceOptions> options, TimeProvider time)
    {
        var ice = options.Value;
        _places = [.. ice.AllServers.Select(server => new Place(
            server.Region,
            [.. server.Urls.Where(url => !IsTurn(url))],
            [.. server.Urls.Where(IsTurn)],
            server.TurnSecret ?? ice.TurnSecret))];
        _regions = new(ice.Regions);
        _near = ice.Regions.ToDictionary(x => x.Name!, x => (IReadOnlyList<string>)[.. x.Near], StringComparer.Ordinal);
        (_maxServers, _lifetime, _time) = (ice.MaxServers, ice.TurnCredentialLifetime, time);
    }

    /// <summary>The servers for a peer.</summary>
    /// <param name="device">What credentials are made out to.</param>
    /// <param name="address">Where the peer is.</param>
    /// <param name="homeRegion">Where it is taken to be if its address is in no network that is configured: its product's region.</param>
    /// <param name="withTurn">Whether it may relay.</param>
    public IceServersResponse For(DeviceAddress device, IPAddress? address, string homeRegion, bool withTurn)
    {
        var region = _regions.Find(address) ?? homeRegion;
        var servers = new List<IceServer>();
        // Sorted stably: in one region, the order is the configuration's.
        foreach (var place in _places.Where(x => x.StunUrls.Length > 0 || withTurn).OrderBy(x => DistanceTo(x.Region, region)).Take(_maxServers))
        {
            if (place.StunUrls.Length > 0)
                servers.Add(new(place.StunUrls));
            if (withTurn && place.TurnUrls.Length > 0)
                servers.Add(WithCredentials(place, $"{device.Product}:{device.Device}"));
        }

        return new(servers);
    }

    /// <summary>All servers, with credentials for this service itself: to ask them as a peer does.</summary>
    public IEnumerable<IceServer> ForCheck()
    {
        foreach (var place in _places)
        {
            if (place.StunUrls.Length > 0)
                yield return new(place.StunUrls);
            if (place.TurnUrls.Length > 0)
                yield return WithCredentials(place, "heliograph:check");
        }
    }

    /// <summary>How far a server is: in the peer's own region, in one that is named as near, in none, or in any other.</summary>
    private int DistanceTo(string? server, string peer)
    {
        if (server == peer)
            return -1;
        var near = _near.GetValueOrDefault(peer) ?? [];
        if (server is null)
            return near.Count;
        for (var i = 0; i < near.Count; i++)
        {
            if (near[i] == server)
                return i;
        }

        return near.Count + 1;
    }

    private IceServer WithCredentials(Place place, string user)
    {
        var username = $"{(_time.GetUtcNow() + _lifetime).ToUnixTimeSeconds()}:{user}";
        return new(place.TurnUrls, username, Credential(place.Secret!, username));
    }

    private static bool IsTurn(string url) => IceUrl.Parse(url) is { IsTurn: true };

    // HMAC-SHA1 is what the scheme prescribes; its security does not rest on collision resistance.
#pragma warning disable CA5350
    private static string Credential(string secret, string username) =>
        Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(username)));
#pragma warning restore CA5350

    private sealed record Place(string? Region, string[] StunUrls, string[] TurnUrls, string? Secret);
}
