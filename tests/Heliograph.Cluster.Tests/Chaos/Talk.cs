using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Sdk;
using Heliograph.Testing;

namespace Heliograph.Cluster.Tests.Chaos;

/// <summary>
/// A device and a client of the SDK that send each other numbers, one after the other, for as long as they are told to. Whoever reads
/// anything but the next number has found a loss, a double or a wrong order.
/// </summary>
internal sealed class Talk : IAsyncDisposable
{
    private readonly SignalingDevice _device;
    private readonly SignalingClient _client;
    private readonly Side _fromClient = new();
    private readonly Side _fromDevice = new();
    private Task _talking = Task.CompletedTask;

    public Talk(Uri endpoint, HttpMessageHandler handler, DeviceAddress address, SigningKey key)
    {
        var options = new SignalingDeviceOptions
        {
            Endpoint = endpoint,
            ProductId = address.Product.Value,
            DeviceId = address.Device.Value,
            HttpHandler = handler,
            Tokens = new Tokens(key, address),
        };
        _device = new(options);
        _client = new(new()
        {
            Endpoint = endpoint,
            ProductId = address.Product.Value,
            DeviceId = address.Device.Value,
            HttpHandler = handler,
        });
    }

    /// <summary>Numbers that have been read, both ways.</summary>
    public int Count => _fromClient.Read + _fromDevice.Read;

    public bool IsConnected => _device.State == ConnectionState.Connected && _client.State == ConnectionState.Connected;

    /// <summary>Whether all that was sent has been read.</summary>
    public bool IsEven => _fromClient.Read == _fromClient.Sent && _fromDevice.Read == _fromDevice.Sent;

    /// <summary>Connects both, and begins to send.</summary>
    /// <param name="pause">Between one number and the next.</param>
    /// <param name="stop">Ends the sending; what was sent is read on.</param>
    public async Task StartAsync(TimeSpan pause, CancellationToken stop)
    {
        await _device.ConnectAsync(stop).WaitAsync(TestPeer.Patience, stop);
        await _client.ConnectAsync(stop).WaitAsync(TestPeer.Patience, stop);
        _talking = Task.WhenAll(
            _fromClient.SendAsync(_client.Channel, pause, stop),
            _fromDevice.ReadAsync(_client.Channel),
            Task.Run(async () =>
            {
                var channel = await _device.AcceptAllAsync(CancellationToken.None).FirstAsync();
                await Task.WhenAll(_fromDevice.SendAsync(channel, pause, stop), _fromClient.ReadAsync(channel));
            }, CancellationToken.None));
    }

    /// <summary>Null where all is well; else what is not.</summary>
    public string? Complain()
    {
        if (_talking.IsFaulted)
            return _talking.Exception.GetBaseException().Message;
        return IsEven && IsConnected
            ? null
            : $"device {_device.State}, client {_client.State}, channel {_client.Channel.State} {_client.Channel.Error?.Message}; "
                + $"read {_fromClient.Read} of {_fromClient.Sent} from the client, {_fromDevice.Read} of {_fromDevice.Sent} from the device";
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _device.DisposeAsync();
    }

    private sealed class Side
    {
        private int _sent;
        private int _read;

        public int Sent => Volatile.Read(ref _sent);

        public int Read => Volatile.Read(ref _read);

        public async Task SendAsync(SignalingChannel channel, TimeSpan pause, CancellationToken stop)
        {
            using var timer = new PeriodicTimer(pause);
            while (!stop.IsCancellationRequested)
            {
                await channel.SendAsync(JsonElement.Parse($"{_sent}"), CancellationToken.None);
                Interlocked.Increment(ref _sent);
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
        }

        public async Task ReadAsync(SignalingChannel channel)
        {
            await foreach (var data in channel.ReadAllAsync(CancellationToken.None))
            {
                if (data.GetInt32() != _read)
                    throw new InvalidOperationException($"{data.GetInt32()} was read where {_read} comes next");
                Interlocked.Increment(ref _read);
            }
        }
    }

    private sealed class Tokens(SigningKey key, DeviceAddress address) : ITokenProvider
    {
        public ValueTask<string> GetTokenAsync(CancellationToken cancellationToken) => ValueTask.FromResult(key.DeviceToken(address));
    }
}
