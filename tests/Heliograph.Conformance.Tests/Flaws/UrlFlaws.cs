using System.Text.Json.Nodes;
using Heliograph.Conformance.Tests.Proxy;

namespace Heliograph.Conformance.Tests.Flaws;

/// <summary>Services whose signaling URLs are not as they should be.</summary>
internal static class UrlFlaws
{
    private static readonly Flaw OpensAnything = new() { OpensRefused = true };

    public static IEnumerable<(string Id, Flaw Flaw)> All { get; } =
    [
        ("url.opens-as-it-is", new() { Handshake = x => x.Request.Token is null ? Answers.Error(401, "UNAUTHORIZED") : null }),
        ("url.works-at-once", new() { Handshake = x => x.OpenedBefore == 0 ? Answers.Error(503, "UNAVAILABLE") : null }),
        ("url.client-reuse", new() { Handshake = x => x.IsClient && x.OpenedBefore > 0 ? Answers.Error(401, "UNAUTHORIZED") : null }),
        ("url.client-keeps-authorization", Frames.ToDevice("MESSAGE", (link, x) => x["authorized"] = Frames.SenderOf(link, x)?.OpenedBefore == 0 && x["authorized"]!.GetValue<bool>())),
        ("url.device-lives-a-minute", OpensAnything),
        ("url.client-lives-on", new()
        {
            Handshake = x => x.IsClient && Environment.TickCount64 - x.Handout!.At > 1000 ? Answers.Error(401, "UNAUTHORIZED") : null,
        }),
        ("url.client-not-past-exp", OpensAnything),
        ("url.outlives-restart", new()
        {
            Handshake = x => x.Proxy.Memory.TryGetValue("restarted", out var at) && x.Handout!.At <= (long)at ? Answers.Error(401, "UNAUTHORIZED") : null,
        }),
        ("url.dies-with-its-key", OpensAnything),
        ("url.names-no-token", new()
        {
            Answer = (request, answer) =>
            {
                if (answer.Text("signalingUrl") is not { } url)
                    return answer;
                var body = JsonNode.Parse(answer.Body)!;
                body["signalingUrl"] = $"{url}&token={request.Token}";
                return Answers.Of(200, body.ToJsonString());
            },
        }),
        ("url.can-not-be-altered", OpensAnything),
        ("url.can-not-be-forged", OpensAnything),
        ("url.useless-for-another-device", OpensAnything),
        ("url.useless-for-another-channel", new()
        {
            FromService = async (link, frame) =>
            {
                if (link.IsClient && Frames.Type(frame) == "MESSAGE")
                {
                    foreach (var other in link.Proxy.Links.Where(x => x != link && x.IsClient && !x.IsOver))
                        await other.ToPeerAsync(frame);
                }

                return [frame];
            },
        }),
        ("url.useless-for-another-role", TakesClientsForDevices()),
    ];

    private static Flaw TakesClientsForDevices()
    {
        var isOnline = false;
        return new()
        {
            Opened = link =>
            {
                isOnline |= link.IsClient;
                return Task.CompletedTask;
            },
            Answer = (_, answer) => isOnline && answer.Status == 200
                ? Answers.Of(200, answer.Body.Replace("\"deviceOnline\":false", "\"deviceOnline\":true", StringComparison.Ordinal))
                : answer,
        };
    }
}
