using System.Security.Cryptography;
using System.Text;
using Heliograph.Protocol;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Ice;

/// <summary>
/// The ICE servers for a peer. TURN credentials follow the TURN REST scheme (draft-uberti-behave-turn-rest): the user name is
/// <c>{expiry, seconds since 1970}:{productId}:{deviceId}</c>, the password its HMAC-SHA1 with the shared secret, in base64.
/// </summary>
internal sealed class IceServers(IOptions<IceOptions> options, TimeProvider time)
{
    public IceServersResponse For(DeviceAddress device, bool withTurn)
    {
        var ice = options.Value;
        var servers = new List<IceServer>(2);
        if (ice.StunUrls.Count > 0)
            servers.Add(new([.. ice.StunUrls]));
        if (withTurn && ice.TurnUrls.Count > 0)
        {
            var expiry = (time.GetUtcNow() + ice.TurnCredentialLifetime).ToUnixTimeSeconds();
            var username = $"{expiry}:{device.Product}:{device.Device}";
            servers.Add(new([.. ice.TurnUrls], username, Credential(ice.TurnSecret!, username)));
        }

        return new(servers);
    }

    // HMAC-SHA1 is what the scheme prescribes; its security does not rest on collision resistance.
#pragma warning disable CA5350
    private static string Credential(string secret, string username) =>
        Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(username)));
#pragma warning restore CA5350
}
