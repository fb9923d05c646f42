using System.Net;
using System.Text.Json;
using Heliograph.Protocol;

namespace Heliograph.Doctor.Steps;

/// <summary>Does the service take the device's token, and give it a signaling URL?</summary>
internal sealed class DeviceConnectStep : IStep
{
    public string Name => "device/connect";

    public async Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken)
    {
        if (visit.Identity is not { } identity)
            return Finding.Skipped("there is no device to connect as");
        if (identity.DeviceKey is null)
            return Finding.Skipped("the device's key was not given", "Give it by --device-key FILE.");

        var token = visit.TokenOf(identity.DeviceKey, KeyOwner.Device, $"{TokenScopes.DeviceConnect} {TokenScopes.Turn}");
        var answer = await visit.Caller.ConnectAsync(visit, "/v1/device/connect", identity.Device, token, cancellationToken);
        if (answer.Status != HttpStatusCode.OK)
            return UnexpectedAnswer.Explain(answer);

        visit.DeviceUrl = Read(answer)?.SignalingUrl;
        return visit.DeviceUrl is null
            ? Finding.Failed("the answer is 200, but has no signalingUrl", "That is not what the protocol says: ask whoever makes the service.")
            : Finding.Ok($"the token is taken ({Terminal.Durations.Measured(answer.Duration)})");
    }

    private static DeviceConnectResponse? Read(HttpAnswer answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body, ProtocolJson.Default.DeviceConnectResponse);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
