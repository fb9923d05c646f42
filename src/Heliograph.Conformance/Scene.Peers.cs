using Heliograph.Conformance.Targets;
using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance;

// Peers: asking for signaling URLs, opening them.
internal sealed partial class Scene
{
    /// <summary>A small TCP buffer: a peer that does not read is felt sooner.</summary>
    public const int SmallBuffer = 4096;

    /// <summary>How long a restart may take.</summary>
    public static readonly TimeSpan RestartTime = TimeSpan.FromMinutes(2);

    public async Task<Uri> DeviceUrlAsync(TargetDevice? device = null) =>
        UrlOf(await RequireAsync(CallOf(DeviceConnect, DeviceToken(device: device), device)));

    public async Task<ClientUrl> ClientUrlAsync(string? token = null, TargetDevice? device = null)
    {
        var answer = await RequireAsync(CallOf(ClientConnect, token, device));
        return new(
            UrlOf(answer),
            answer.Text("channelId") ?? throw new CheckFailedException("a channelId in the answer of client/connect", "none"));
    }

    /// <summary>The answer to a handshake, and the socket where it opened.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="receiveBuffer">The size of TCP's receive buffer.</param>
    /// <param name="patience">How long anything on the connection may take; the usual, where null.</param>
    /// <param name="headers">Headers besides those that a handshake must have.</param>
    public async Task<(HttpAnswer Answer, WireSocket? Socket)> HandshakeAsync(
        Uri url, int? receiveBuffer = null, TimeSpan? patience = null, params (string Name, string Value)[] headers)
    {
        var (answer, socket) = await WireSocket.HandshakeAsync(url, headers, patience ?? Options.Patience, receiveBuffer, CancellationToken);
        Service.Saw(answer);
        if (socket is not null)
            _sockets.Add(socket);
        return (answer, socket);
    }

    /// <summary>Opens a signaling URL.</summary>
    public async Task<WireSocket> OpenAsync(Uri url, int? receiveBuffer = null, TimeSpan? patience = null)
    {
        var (answer, socket) = await HandshakeAsync(url, receiveBuffer, patience);
        return socket ?? throw new CheckFailedException("101 from the signaling URL", answer.ToString());
    }

    /// <summary>Opens a signaling URL that must not open.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="what">What it is, for the report.</param>
    public async Task RefusedAsync(Uri url, string what)
    {
        var (answer, _) = await HandshakeAsync(url);
        Expect.That(answer.Status is >= 400 and < 500, $"{what} to be refused by a 4xx", answer);
    }

    public async Task<WireSocket> OpenDeviceAsync(TargetDevice? device = null, int? receiveBuffer = null)
    {
        var socket = await OpenAsync(await DeviceUrlAsync(device), receiveBuffer);
        // Once it is answered, the device can be reached.
        await socket.DrainAsync();
        return socket;
    }

    public async Task<Client> OpenClientAsync(string? token = null, TargetDevice? device = null, int? receiveBuffer = null)
    {
        var url = await ClientUrlAsync(token, device);
        var socket = await OpenAsync(url.Url, receiveBuffer);
        await socket.DrainAsync();
        return new(socket, url.ChannelId, url.Url);
    }

    /// <summary>A device and a client of it, both told of each other.</summary>
    public async Task<Pair> OpenPairAsync(string? token = null, TargetDevice? device = null)
    {
        var socket = await OpenDeviceAsync(device);
        var client = await OpenClientAsync(token, device);
        await socket.NextAsync("PEER_CONNECTED", client.ChannelId);
        return new(socket, client.Socket, client.ChannelId, client.Url);
    }

    /// <summary>Waits until the service knows that the device's connection is gone.</summary>
    public Task DeviceOfflineAsync() => EventuallyAsync("deviceOnline false, since the device has closed its connection", async () =>
    {
        var answer = await RequireAsync(CallOf(ClientConnect));
        return answer.Json is { } json && json.TryGetProperty("deviceOnline", out var online) && online.ValueKind == System.Text.Json.JsonValueKind.True
            ? "deviceOnline true"
            : null;
    });

    /// <summary>Has the service restarted, which these connections see, and waits until it answers again.</summary>
    /// <returns>The close frames of the connections, null for those that were cut.</returns>
    public async Task<IReadOnlyList<WireFrame?>> RestartAsync(params WireSocket[] sockets)
    {
        var ends = sockets.Select(EndAsync).ToList();
        await Options.RestartAsync!(CancellationToken);
        var closes = await Task.WhenAll(ends);
        var until = Environment.TickCount64 + (long)RestartTime.TotalMilliseconds;
        while (true)
        {
            try
            {
                var answer = await SendAsync(CallOf(ClientConnect));
                if (answer.Status == 200)
                    return closes;
            }
            catch (Exception error) when (error is IOException or TimeoutException or CheckFailedException)
            {
                // Not back yet.
            }

            if (Environment.TickCount64 > until)
                throw new CheckFailedException("the service to come back after its restart", $"no good answer for {RestartTime.TotalSeconds:0} s");
            await Task.Delay(100, CancellationToken);
        }

        static async Task<WireFrame?> EndAsync(WireSocket socket)
        {
            var (close, _) = await socket.ReadToEndAsync("the connection to end, since the service is restarted");
            // A service that waits for the answer is not to be held up by us.
            if (close is not null)
                await socket.CloseAsync();
            return close;
        }
    }

    private static Uri UrlOf(HttpAnswer answer) =>
        Uri.TryCreate(answer.Text("signalingUrl"), UriKind.Absolute, out var url) && url.Scheme is "ws" or "wss"
            ? url
            : throw new CheckFailedException("an absolute ws:// or wss:// signalingUrl", "none");
}

/// <summary>What client/connect gave out.</summary>
internal sealed record ClientUrl(Uri Url, string ChannelId);

/// <summary>A client that is connected.</summary>
internal sealed record Client(WireSocket Socket, string ChannelId, Uri Url);

/// <summary>A device and a client of it that are connected.</summary>
internal sealed record Pair(WireSocket Device, WireSocket Client, string ChannelId, Uri ClientUrl)
{
    /// <summary>Sends a message each way and reads it on the other side: they can reach each other.</summary>
    public async Task RelayAsync()
    {
        await RelayToDeviceAsync("\"to the device\"");
        await RelayToClientAsync("\"to the client\"");
    }

    /// <returns>The message as it came.</returns>
    public async Task<Routed> RelayToDeviceAsync(string message)
    {
        await Client.SendMessageAsync(ChannelId, message);
        return Same(message, await Device.NextAsync("MESSAGE", ChannelId));
    }

    /// <returns>The message as it came.</returns>
    public async Task<Routed> RelayToClientAsync(string message)
    {
        await Device.SendMessageAsync(ChannelId, message);
        return Same(message, await Client.NextAsync("MESSAGE", ChannelId));
    }

    private static Routed Same(string message, Routed received) =>
        received.Message == message ? received : throw new CheckFailedException("the message that was sent", "another one");
}
