using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Sdk;
using Microsoft.Extensions.Logging;

namespace HostedCamera;

/// <summary>Tells its viewer the time, every second. One is made for each viewer, with a scope of its own, so any service can be injected.</summary>
internal sealed class ClockHandler(TimeProvider time, ILogger<ClockHandler> logger) : IChannelHandler
{
    public async Task HandleAsync(SignalingDevice device, SignalingChannel channel, CancellationToken cancellationToken)
    {
        // Viewers come with a token of the backend; those without one are turned away.
        var transport = MessageTransport.ForDevice(device, channel, MessageSecurity.None());
        await transport.WaitForSetupAsync(cancellationToken);
        logger.LogInformation("A viewer watches.");

        // Until the viewer leaves or the host stops: both cancel the token.
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        do
        {
            // What is sent to a viewer who is away would wait for it, and be old when it comes back.
            if (channel.State == ChannelState.Disconnected)
                continue;
            var picture = JsonSerializer.SerializeToElement(new { type = "PICTURE", text = $"{time.GetLocalNow():HH:mm:ss}" });
            await transport.SendAsync(SignalingMessage.Of(picture), cancellationToken);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }
}
