using System.Globalization;
using Heliograph.Load.Wire;

namespace Heliograph.Load.Servers;

/// <summary>A yardstick: <c>/pair/{id}/{side}</c>, without HTTP call, rules or JSON.</summary>
internal sealed class PairRelayServer : IRelayServer
{
    private readonly ServerProcess _process;
    private readonly HttpClient _http;

    public PairRelayServer(string name, string program, IReadOnlyDictionary<string, string> runtime, ServerCertificate? certificate)
    {
        Name = name;
        _process = ServerProcess.Start(program, certificate is null ? [] : [certificate.CertificateFile, certificate.KeyFile], runtime);
        _http = ServerCertificate.MakeClient(_process.Address, certificate);
    }

    public string Name { get; }

    public int? ProcessId => _process.Id;

    public Uri Address => _process.Address;

    public void PrepareDevices(int first, int count)
    {
        // Nothing is asked of them.
    }

    public byte[]? DeviceRequest(int pair) => null;

    public Uri DeviceUrl(int pair, ReadOnlySpan<byte> answer) => Url(pair, "a");

    public WebSocketConnection OpenDevice(int pair, bool onOneConnection = false) => WebSocketHandshake.Open(Url(pair, "a"), pair, isDevice: true);

    public WebSocketConnection OpenClient(int pair, out string channelId)
    {
        // Nobody reads it here; it only makes the messages as long as the service's.
        channelId = pair.ToString("d22", CultureInfo.InvariantCulture);
        return WebSocketHandshake.Open(Url(pair, "b"), pair, isDevice: false);
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

    private Uri Url(int pair, string side) => new(Address, $"/pair/{pair}/{side}");
}
