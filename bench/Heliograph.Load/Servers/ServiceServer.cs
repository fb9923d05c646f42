using System.Globalization;
using System.Text;
using System.Text.Json;
using Heliograph.Load.Wire;

namespace Heliograph.Load.Servers;

/// <summary>Heliograph, started by this program or running already, with a device provisioned per pair.</summary>
internal sealed class ServiceServer : IRelayServer
{
    private const string AllocatedMetric = "dotnet_gc_heap_total_allocated_bytes_total";

    private const int MostTries = 5;

    private readonly OwnedService? _owned;
    private readonly ManagementApi _api;
    private readonly Provisioning _devices;

    private ServiceServer(string name, Uri address, string apiKey, int? processId, OwnedService? owned, int pairs)
    {
        Name = name;
        Address = address;
        _owned = owned;
        ProcessId = processId;
        _api = new ManagementApi(address, apiKey, owned?.Certificate);
        _devices = Provisioning.CreateAsync(_api, pairs).GetAwaiter().GetResult();
    }

    public string Name { get; }

    public int? ProcessId { get; }

    public Uri Address { get; }

    /// <summary>A service that this program has started, and ends with it.</summary>
    public static ServiceServer Own(string name, OwnedService service, int pairs)
    {
        try
        {
            return new ServiceServer(name, service.Address, service.ApiKey, service.ProcessId, service, pairs);
        }
        catch
        {
            service.Dispose();
            throw;
        }
    }

    /// <summary>A service that runs anyway: only what was provisioned is removed in the end.</summary>
    public static ServiceServer At(string name, Uri address, string apiKey, int? processId, int pairs) =>
        new(name, address, apiKey, processId, owned: null, pairs);

    public void PrepareDevices(int first, int count) => _devices.RenewTokens(first, count);

    public byte[] DeviceRequest(int pair) => Request("device", pair, _devices.Token(pair), isLast: true);

    public Uri DeviceUrl(int pair, ReadOnlySpan<byte> answer) => new(Text(answer, "signalingUrl"u8));

    public WebSocketConnection OpenDevice(int pair, bool onOneConnection = false)
    {
        if (!onOneConnection)
        {
            return WebSocketHandshake.Open(DeviceUrl(pair, Call("device", DeviceRequest(pair))), pair, isDevice: true);
        }

        var socket = ClientSocket.Connect(Address);
        try
        {
            socket.SendAll(Request("device", pair, _devices.Token(pair), isLast: false));
            var answer = HttpAnswer.Read(socket, out _);
            if (answer.Status != 200)
            {
                throw new LoadException($"device/connect was answered with {answer.Status}: {Encoding.UTF8.GetString(answer.Body)}");
            }

            return WebSocketHandshake.Open(socket, DeviceUrl(pair, answer.Body), pair, isDevice: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public WebSocketConnection OpenClient(int pair, out string channelId)
    {
        var answer = Call("client", Request("client", pair, token: null, isLast: true));
        channelId = Text(answer, "channelId"u8);
        return WebSocketHandshake.Open(new Uri(Text(answer, "signalingUrl"u8)), pair, isDevice: false);
    }

    public long? ReadAllocatedBytes()
    {
        foreach (var line in _api.ReadMetricsAsync().GetAwaiter().GetResult().AsSpan().EnumerateLines())
        {
            if (line.StartsWith(AllocatedMetric, StringComparison.Ordinal))
            {
                return (long)double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
            }
        }

        return null;
    }

    public void Dispose()
    {
        // A service that this program started takes its data folder with it.
        if (_owned is null)
        {
            _api.DeleteProductAsync(_devices.ProductId).GetAwaiter().GetResult();
        }

        _api.Dispose();
        _devices.Dispose();
        _owned?.Dispose();
    }

    private static string Text(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name) && reader.Read())
            {
                return reader.GetString()!;
            }
        }

        throw new LoadException($"the service's answer has no {Encoding.UTF8.GetString(name)}");
    }

    private byte[] Request(string role, int pair, string? token, bool isLast) => HttpCall.BuildPost(
        Address,
        $"/v1/{role}/connect",
        token,
        $$"""{"productId":"{{_devices.ProductId}}","deviceId":"{{_devices.DeviceIds[pair]}}"}""",
        isLast);

    /// <summary>Comes again when it is told to wait, as SDKs do.</summary>
    private byte[] Call(string role, byte[] request)
    {
        for (var tries = 1; ; tries++)
        {
            var answer = HttpCall.Post(Address, request);
            switch (answer.Status)
            {
                case 200:
                    return answer.Body;
                case 429 when answer.RetryAfter is { } wait && tries < MostTries:
                    Thread.Sleep(wait);
                    break;
                case 429:
                    throw new LoadException("the service limits connects: raise its rate limits, as bench/service.json does");
                default:
                    throw new LoadException($"{role}/connect was answered with {answer.Status}: {Encoding.UTF8.GetString(answer.Body)}");
            }
        }
    }
}
