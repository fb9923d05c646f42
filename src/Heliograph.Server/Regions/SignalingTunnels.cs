using System.Net;
using System.Security.Cryptography;
using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Heliograph.Server.Relay;
using Heliograph.Server.Relay.Opening;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Regions;

/// <summary>
/// Passes the sockets of a product that has moved away on to its new region. A client opens its signaling URL again and again, for a day
/// by default, and the URL names the old region.
/// </summary>
internal sealed class SignalingTunnels(
    RegionClient client,
    RegionForwarder forwarder,
    RegionDirectory regions,
    RegionMetrics metrics,
    IHostApplicationLifetime lifetime,
    IOptions<RegionsOptions> options,
    IOptions<RelayOptions> relay,
    TimeProvider time,
    ILogger<SignalingTunnels> logger)
{
    private int _open;

    /// <summary>Opens the socket in the other region, with the ticket that the URL has, and carries it until it ends.</summary>
    /// <exception cref="ApiException">503: the region can't be reached, or there are too many such sockets.</exception>
    public async Task RunAsync(HttpContext http, DeviceAddress device, string home)
    {
        var region = regions.Find(home)
            ?? throw ApiException.Unavailable($"The product lives in region '{home}', which this service does not know; see Regions:Known.", TimeSpan.FromMinutes(1));
        try
        {
            if (Interlocked.Increment(ref _open) > options.Value.MaxTunnels)
                throw ApiException.Unavailable("Too many sockets of products that have moved are passed on already.", options.Value.CheckInterval);
            await OpenAsync(http, device, region);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task OpenAsync(HttpContext http, DeviceAddress device, Region region)
    {
        using var patience = new Patience(options.Value.ResponseTimeout, time, http.RequestAborted);
        using var request = client.Create(region, HttpMethod.Get, RegionForwarder.PathAndQueryOf(http.Request), forwarder.PathOf(http, region), http);
        // The peer may have come over HTTP/2, whose handshake is another; the frames are the same.
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)));

        using var answer = await client.SendAsync(region, request, patience, http.RequestAborted);
        if (answer.StatusCode != HttpStatusCode.SwitchingProtocols)
        {
            await forwarder.AnswerAsync(http, region, answer, patience);
            return;
        }

        patience.Pause();
        await using var far = await answer.Content.ReadAsStreamAsync(http.RequestAborted);
        await using var near = await WebSocketHandshake.AcceptAsync(http);
        metrics.TunnelOpened(region.Name);
        logger.TunnelOpened(device.ToString(), http.Connection.RemoteIpAddress, region.Name);
        var opened = time.GetTimestamp();
        var end = "it broke";
        try
        {
            using var tunnel = new Tunnel(near, far);
            end = await CarryAsync(tunnel, http.RequestAborted);
        }
        finally
        {
            metrics.TunnelClosed(region.Name);
            logger.TunnelClosed(device.ToString(), region.Name, time.GetElapsedTime(opened), end);
        }
    }

    /// <summary>Carries both directions until one ends, and gives the other the time to end in order.</summary>
    /// <returns>What ended first, in words.</returns>
    private async Task<string> CarryAsync(Tunnel tunnel, CancellationToken aborted)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var up = tunnel.CarryUpAsync(stop.Token);
        var down = tunnel.CarryDownAsync(stop.Token);
        var stopping = StoppingAsync(stop.Token);
        var silence = SilenceAsync(tunnel, stop.Token);
        var first = await Task.WhenAny(up, down, stopping, silence);
        try
        {
            // A peer that left without a goodbye has nobody to wait for; the region is given the time to take in the goodbye of one that said it.
            if (first != up)
                await CloseAsync(tunnel, up, aborted);
            else if (tunnel.PeerClosed.IsCompleted)
                await WaitAsync(down, aborted);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(up, down, stopping, silence);
        }

        return first == up ? "the peer left" : first == down ? "the region ended it" : first == stopping ? "this node stopped" : "nothing was heard any more";
    }

    /// <summary>Closes the peer's side with a close frame, unless the region has sent one, and waits for the peer's.</summary>
    private async Task CloseAsync(Tunnel tunnel, Task up, CancellationToken aborted)
    {
        await WaitAsync(tunnel.CloseAsync(CloseCode.GoingAway, aborted), aborted);
        await WaitAsync(Task.WhenAny(up, tunnel.PeerClosed), aborted);
    }

    /// <summary>Waits for what is needed to end in order, but not for long.</summary>
    private async Task WaitAsync(Task task, CancellationToken aborted)
    {
        using var patience = new Patience(relay.Value.CloseTimeout, time, aborted);
        try
        {
            await task.WaitAsync(patience.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Cut, then.
        }
    }

    /// <summary>Until this node stops, and for a while of the drain time: not all are closed at once.</summary>
    private async Task StoppingAsync(CancellationToken cancellationToken)
    {
        try
        {
            var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = lifetime.ApplicationStopping.Register(stopping.SetResult);
            await stopping.Task.WaitAsync(cancellationToken);
            await Task.Delay(relay.Value.DrainTime * Random.Shared.NextDouble(), time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // It ended in another way.
        }
    }

    /// <summary>Until nothing has passed for longer than the home lets a living peer be silent.</summary>
    private async Task SilenceAsync(Tunnel tunnel, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(2 * (relay.Value.PingInterval + relay.Value.PingTimeout), time);
        var passed = -1L;
        try
        {
            while (passed != tunnel.Passed)
            {
                passed = tunnel.Passed;
                await timer.WaitForNextTickAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // It ended in another way.
        }
    }
}
