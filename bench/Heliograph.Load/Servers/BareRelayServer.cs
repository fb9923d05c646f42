using System.Globalization;
using Heliograph.Load.Wire;

namespace Heliograph.Load.Servers;

/// <summary>The yardstick: ASP.NET Core's WebSockets as they come, without HTTP call, rules or JSON.</summary>
internal sealed class BareRelayServer : IRelayServer
{
    public const string DisplayName = "bare relay";

    private readonly ServerProcess _process;
    private readonly HttpClient _http;

    public BareRelayServer(string program, IReadOnlyDictionary<string, string> runtime)
    {
        _process = ServerProcess.Start(program, [], runtime);
        _http = new HttpClient { BaseAddress = _process.Address };
    }

    public string Name => DisplayName;

    public int? ProcessId => _process.Id;

    public WebSocketConnection OpenDevice(int pair) => Open(pair, "a", isDevice: true);

    public WebSocketConnection OpenClient(int pair, out string channelId)
    {
        // Nobody reads it here; it only makes the messages as long as the service's.
        channelId = pair.ToString("d22", CultureInfo.InvariantCulture);
        return Open(pair, "b", isDevice: false);
    }

    public long? ReadAllocatedBytes()
    {
        var answer = _http.GetStringAsync(new Uri("/allocated", UriKind.Relative)).GetAwaiter().GetResult();
        return long.Parse(answer, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _http.Dispose();
        _process.Dispose();
    }

    private WebSocketConnection Open(int pair, string side, bool isDevice) =>
        WebSocketHandshake.Open(new Uri(_process.Address, $"/pair/{pair}/{side}"), pair, isDevice);
}
