using System.Net;
using System.Text.Json;
using Heliograph.Protocol;

namespace Heliograph.Doctor.Steps;

/// <summary>Does the service give a client a channel and a signaling URL?</summary>
internal sealed class ClientConnectStep : IStep
{
    public string Name => "client/connect";

    public async Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken)
    {
        if (visit.Identity is not { } identity)
            return Finding.Skipped("there is no device to connect to");

        var token = identity.ProductKey is null
            ? null : visit.TokenOf(identity.ProductKey, KeyOwner.Product, $"{TokenScopes.ClientConnect} {TokenScopes.Turn}");
        var answer = await visit.Caller.ConnectAsync(visit, "/v1/client/connect", identity.Device, token, cancellationToken);
        if (answer.Status != HttpStatusCode.OK)
            return UnexpectedAnswer.Explain(answer);

        visit.Client = Read(answer);
        if (visit.Client is null)
            return Finding.Failed("the answer is 200, but has not all of signalingUrl, deviceOnline and channelId", "That is not what the protocol says: ask whoever makes the service.");
        var how = token is null ? "a channel without a token" : "the token is taken";
        return Finding.Ok($"{how}, the device is {(visit.Client.DeviceOnline ? "online" : "offline")} ({Terminal.Durations.Measured(answer.Duration)})");
    }

    private static ClientConnectResponse? Read(HttpAnswer answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body, ProtocolJson.Default.ClientConnectResponse) is { SignalingUrl: not null, ChannelId: not null } client ? client : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
