using Heliograph.Terminal;

namespace Heliograph.Doctor.Steps;

/// <summary>Does the device's signaling URL open a WebSocket? Opening it ends the connection that the device has.</summary>
internal sealed class DeviceSocketStep : IStep
{
    public string Name => "Device's socket";

    public async Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken)
    {
        if (!visit.AreUrlsFit || visit.DeviceUrl is not { } url)
            return Finding.Skipped("there is no signaling URL to open");
        if (visit is { Identity.IsTemporary: false, Options.TakeOver: false, Client.DeviceOnline: not false })
        {
            return Finding.Skipped(
                visit.Client is null ? "the device may be online, and would lose its connection" : "the device is online, and would lose its connection",
                "Examine with an API key or another device, or give --take-over if that does not matter.");
        }

        (visit.DeviceSocket, var duration) = await Upgrade.OpenAsync(visit, url, cancellationToken);
        var takenOver = visit is { Identity.IsTemporary: false, Client.DeviceOnline: true } ? ", and the device's own connection was taken over" : "";
        return Finding.Ok($"the upgrade is answered 101 ({Durations.Measured(duration)}){takenOver}");
    }
}
