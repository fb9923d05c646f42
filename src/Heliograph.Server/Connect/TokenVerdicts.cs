using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Heliograph.Server.Tokens;

namespace Heliograph.Server.Connect;

/// <summary>What the protocol's calls would answer to a token, found out by the very code that answers them. It counts as no use of the token.</summary>
internal sealed class TokenVerdicts(PeerAuthenticator peers)
{
    /// <summary>Asks for each of the calls.</summary>
    /// <param name="token">The token's text.</param>
    /// <param name="device">The device that the calls would name.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public async Task<IReadOnlyList<TokenVerdict>> AskAsync(string token, DeviceAddress device, CancellationToken cancellationToken)
    {
        var request = new ConnectRequest { ProductId = device.Product.Value, DeviceId = device.Device.Value };
        return
        [
            await AskAsync("device/connect", _ => "it connects as the device", async () =>
            {
                var (address, _, entry) = await peers.FindAsync(request, cancellationToken);
                return peers.AuthenticateDevice(token, address, entry);
            }),
            await AskAsync("client/connect", _ => "it opens an authorized channel", async () =>
            {
                var (address, entry, _) = await peers.FindAsync(request, cancellationToken);
                return peers.AuthenticateClient(token, address, entry);
            }),
            await AskAsync("ice-servers", accepted => accepted.HasScope(TokenScopes.Turn)
                ? "it gets STUN, and TURN with credentials where it is configured"
                : "it gets STUN alone: its scope lacks turn", async () =>
            {
                var (address, product, entry) = await peers.FindAsync(request, cancellationToken);
                return peers.Authenticate(token, address, product, entry);
            }),
        ];
    }

    private static async Task<TokenVerdict> AskAsync(string call, Func<AccessToken, string> means, Func<Task<AccessToken>> ask)
    {
        try
        {
            return new(call, Refusal: null, means(await ask()));
        }
        catch (ApiException refusal)
        {
            return new(call, $"{refusal.Status} {refusal.Code}", refusal.Message);
        }
    }
}

/// <summary>What one call would answer to a token.</summary>
/// <param name="Call">The call, e.g. <c>client/connect</c>.</param>
/// <param name="Refusal">Status and code; null where it accepts it.</param>
/// <param name="Words">What follows from it, or why it is refused.</param>
internal sealed record TokenVerdict(string Call, string? Refusal, string Words);
