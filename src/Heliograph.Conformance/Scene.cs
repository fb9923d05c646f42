using System.Text;
using System.Text.Json.Nodes;
using Heliograph.Conformance.Targets;
using Heliograph.Conformance.Tokens;
using Heliograph.Conformance.Wire;
using Heliograph.Protocol;

namespace Heliograph.Conformance;

/// <summary>What one check works with: devices of its own, tokens, calls and sockets. All that it opened is closed at its end.</summary>
internal sealed partial class Scene(Service service, Loan loan, SuiteOptions options, CancellationToken cancellationToken) : IAsyncDisposable
{
    public const string DeviceConnect = "/v1/device/connect";
    public const string ClientConnect = "/v1/client/connect";
    public const string IceServers = "/v1/ice-servers";

    /// <summary>The three calls.</summary>
    public static readonly IReadOnlyList<string> Calls = [DeviceConnect, ClientConnect, IceServers];

    private const int LongestRetryAfter = 30;

    private readonly List<WireSocket> _sockets = [];

    public Service Service { get; } = service;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    public SuiteOptions Options { get; } = options;

    /// <summary>The check's device.</summary>
    public TargetDevice Device => loan.Devices[0];

    /// <summary>Another device of the same product.</summary>
    public TargetDevice OtherDevice => loan.Devices[1];

    /// <summary>A device of another product.</summary>
    public TargetDevice ForeignDevice => loan.Foreign!;

    /// <summary>The time by the service's own clock, as far as it tells.</summary>
    public DateTimeOffset Now => Options.Time.GetUtcNow() + Service.ClockOffset;

    /// <summary>Waits, by the clock of the run.</summary>
    public Task WaitAsync(TimeSpan time) => Task.Delay(time, Options.Time, CancellationToken);

    /// <summary>A device's token, changed.</summary>
    public string DeviceToken(Action<TokenDraft>? change = null, TargetDevice? device = null)
    {
        var draft = TokenDraft.OfDevice(device ?? Device, Now);
        change?.Invoke(draft);
        return draft.Sign();
    }

    /// <summary>A client's token, changed.</summary>
    public string ClientToken(Action<TokenDraft>? change = null, TargetDevice? device = null)
    {
        var draft = TokenDraft.OfClient(device ?? Device, Now);
        change?.Invoke(draft);
        return draft.Sign();
    }

    /// <summary>The body of a call: product and device.</summary>
    public static byte[] BodyOf(DeviceAddress device, Action<JsonObject>? change = null)
    {
        var body = new JsonObject { ["productId"] = device.Product.Value, ["deviceId"] = device.Device.Value };
        change?.Invoke(body);
        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    /// <summary>One of the three calls, as SDKs make it.</summary>
    public HttpCall CallOf(string path, string? token = null, TargetDevice? device = null)
    {
        var call = new HttpCall(path) { Body = BodyOf((device ?? Device).Address), Headers = [("Content-Type", "application/json")] };
        return token is null ? call : call.With("Authorization", $"Bearer {token}");
    }

    /// <summary>The call with whatever token it takes.</summary>
    public HttpCall GoodCallOf(string path) => CallOf(path, path == DeviceConnect ? DeviceToken() : ClientToken());

    public Task<HttpAnswer> CallAsync(string path, string? token = null, TargetDevice? device = null) => SendAsync(CallOf(path, token, device));

    /// <summary>Makes a call; one that is limited is made again when the service says so.</summary>
    public async Task<HttpAnswer> SendAsync(HttpCall call)
    {
        for (var i = 0; ; i++)
        {
            var answer = await Service.SendAsync(call, Options.Patience, CancellationToken);
            if (answer.Status != 429 || i == 10 || !int.TryParse(answer.Header("Retry-After"), out var seconds) || seconds > LongestRetryAfter)
                return answer;
            await Task.Delay(TimeSpan.FromSeconds(seconds), CancellationToken);
        }
    }

    /// <summary>Makes a call that must succeed.</summary>
    public async Task<HttpAnswer> RequireAsync(HttpCall call)
    {
        var answer = await SendAsync(call);
        return answer.Status == 200 ? answer : throw new CheckFailedException($"200 from {call.Path}", answer.ToString());
    }

    /// <summary>Waits until everything that the check did to a connection has had time to be noticed, by asking again and again.</summary>
    public async Task EventuallyAsync(string expected, Func<Task<string?>> missing)
    {
        var until = Environment.TickCount64 + (long)Options.Patience.TotalMilliseconds;
        while (await missing() is { } saw)
        {
            if (Environment.TickCount64 > until)
                throw new CheckFailedException(expected, saw);
            await Task.Delay(100, CancellationToken);
        }
    }

    /// <summary>The registry of keys, where the run has one.</summary>
    /// <exception cref="NotCheckedException">It has none.</exception>
    public IDeviceKeys DeviceKeys => Service.DeviceKeys ?? throw new NotCheckedException("needs the management API, to add and remove a device's key (--api-key)");

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _sockets)
        {
            try
            {
                await socket.CloseAsync();
            }
            catch (Exception error) when (error is CheckFailedException or IOException or TimeoutException or ObjectDisposedException or OperationCanceledException)
            {
                // It is cut below.
            }

            await socket.DisposeAsync();
        }
    }
}
