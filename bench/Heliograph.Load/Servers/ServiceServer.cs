using System.Globalization;
using System.Text;
using System.Text.Json;
using Heliograph.Load.Wire;

namespace Heliograph.Load.Servers;

/// <summary>Heliograph, started by this program or running already, with a device provisioned per pair.</summary>
internal sealed class ServiceServer : IRelayServer
{
    public const string DisplayName = "service";

    private const string AllocatedMetric = "dotnet_gc_heap_total_allocated_bytes_total";

    private readonly OwnedService? _owned;
    private readonly ManagementApi _api;
    private readonly Uri _address;
    private readonly Provisioning _devices;

    private ServiceServer(Uri address, string apiKey, int? processId, OwnedService? owned, int pairs)
    {
        _address = address;
        _owned = owned;
        ProcessId = processId;
        _api = new ManagementApi(address, apiKey);
        _devices = Provisioning.CreateAsync(_api, pairs).GetAwaiter().GetResult();
    }

    public string Name => DisplayName;

    public int? ProcessId { get; }

    /// <summary>A service that this program has started, and ends with it.</summary>
    public static ServiceServer Own(OwnedService service, int pairs)
    {
        try
        {
            return new ServiceServer(service.Address, service.ApiKey, service.ProcessId, service, pairs);
        }
        catch
        {
            service.Dispose();
            throw;
        }
    }

    /// <summary>A service that runs anyway: only what was provisioned is removed in the end.</summary>
    public static ServiceServer At(Uri address, string apiKey, int? processId, int pairs) =>
        new(address, apiKey, processId, owned: null, pairs);

    public WebSocketConnection OpenDevice(int pair)
    {
        using var answer = Connect("device", pair, _devices.Tokens[pair]);
        return WebSocketHandshake.Open(SignalingUrl(answer), pair, isDevice: true);
    }

    public WebSocketConnection OpenClient(int pair, out string channelId)
    {
        using var answer = Connect("client", pair, token: null);
        channelId = answer.RootElement.GetProperty("channelId").GetString()!;
        return WebSocketHandshake.Open(SignalingUrl(answer), pair, isDevice: false);
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
        _owned?.Dispose();
    }

    private static Uri SignalingUrl(JsonDocument answer) => new(answer.RootElement.GetProperty("signalingUrl").GetString()!);

    private JsonDocument Connect(string role, int pair, string? token)
    {
        var request = $$"""{"productId":"{{_devices.ProductId}}","deviceId":"{{_devices.DeviceIds[pair]}}"}""";
        var (status, body) = HttpCall.Post(_address, $"/v1/{role}/connect", token, request);
        return status switch
        {
            200 => JsonDocument.Parse(body),
            429 => throw new LoadException("the service limits connects: raise its rate limits, as bench/service.json does"),
            _ => throw new LoadException($"{role}/connect was answered with {status}: {Encoding.UTF8.GetString(body)}"),
        };
    }
}
