using System.Net;
using System.Text.Json;
using Heliograph.Protocol;

namespace Heliograph.Doctor.Steps;

/// <summary>What STUN and TURN servers are peers given?</summary>
internal sealed class IceServersStep : IStep
{
    public string Name => "ICE servers";

    public async Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken)
    {
        if (visit.Identity is not { } identity)
            return Finding.Skipped("there is no device to ask for");

        var token = identity switch
        {
            { ProductKey: { } key } => visit.TokenOf(key, KeyOwner.Product, $"{TokenScopes.ClientConnect} {TokenScopes.Turn}"),
            { DeviceKey: { } key } => visit.TokenOf(key, KeyOwner.Device, $"{TokenScopes.DeviceConnect} {TokenScopes.Turn}"),
            _ => null,
        };
        var answer = await visit.Caller.ConnectAsync(visit, "/v1/ice-servers", identity.Device, token, cancellationToken);
        if (answer.Status != HttpStatusCode.OK)
            return UnexpectedAnswer.Explain(answer);
        if (Read(answer) is not { } servers)
            return Finding.Failed("the answer is not a list of ICE servers", "That is not what the protocol says: ask whoever makes the service.");

        visit.IceServers = servers;
        var urls = servers.SelectMany(x => x.Urls).ToList();
        if (urls.Count == 0)
        {
            return Finding.Warning(
                "none are configured: peers in one network find each other, most others don't",
                "Set Ice:StunUrls, and Ice:TurnUrls with Ice:TurnSecret for networks that let nothing else through.");
        }

        var turns = urls.Count(x => x.StartsWith("turn", StringComparison.OrdinalIgnoreCase));
        var seen = $"{urls.Count - turns} for STUN, {turns} for TURN";
        if (turns > 0)
            return Finding.Ok(seen);
        return token is null
            ? Finding.Ok($"{seen}, which is given to tokens only")
            : Finding.Warning(seen, "Peers behind strict firewalls or carriers' NAT get no picture: set Ice:TurnUrls and Ice:TurnSecret.");
    }

    private static IReadOnlyList<IceServer>? Read(HttpAnswer answer)
    {
        try
        {
            var servers = JsonSerializer.Deserialize(answer.Body, ProtocolJson.Default.IceServersResponse)?.IceServers;
            return servers is null || servers.Any(x => x?.Urls is null || x.Urls.Any(url => url is null)) ? null : servers;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
