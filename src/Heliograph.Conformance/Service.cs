using System.Collections.Concurrent;
using System.Globalization;
using Heliograph.Conformance.Targets;
using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance;

/// <summary>The service that is checked: where it is, and what was seen of it so far.</summary>
internal sealed class Service(Uri baseUrl, IDeviceKeys? deviceKeys)
{
    /// <summary>The Date header tells whole seconds.</summary>
    private static readonly TimeSpan DatePrecision = TimeSpan.FromSeconds(2);

    private readonly string _prefix = baseUrl.AbsolutePath.TrimEnd('/');

    public Uri BaseUrl { get; } = baseUrl;

    public IDeviceKeys? DeviceKeys { get; } = deviceKeys;

    /// <summary>How far the service's clock is ahead of this machine's; tokens are made by the service's, since clocks are not what is checked.</summary>
    public TimeSpan ClockOffset { get; private set; }

    /// <summary>Answers of 500 and above.</summary>
    public ConcurrentQueue<HttpAnswer> ServerErrors { get; } = [];

    /// <summary>Makes a call, each on a connection of its own.</summary>
    public async Task<HttpAnswer> SendAsync(HttpCall call, TimeSpan patience, CancellationToken cancellationToken)
    {
        await using var connection = await WireConnection.OpenAsync(BaseUrl, patience, null, cancellationToken);
        var answer = await SendAsync(connection, call with { Path = _prefix + call.Path });
        Saw(answer);
        return answer;
    }

    /// <summary>Keeps what a check at the end looks at.</summary>
    public void Saw(HttpAnswer answer)
    {
        if (answer.Status >= 500)
            ServerErrors.Enqueue(answer);
    }

    /// <summary>Learns the service's clock from an answer.</summary>
    public void SetClock(HttpAnswer answer, DateTimeOffset now)
    {
        if (DateTimeOffset.TryParse(answer.Header("Date"), CultureInfo.InvariantCulture, out var date) && (date - now).Duration() > DatePrecision)
            ClockOffset = date - now;
    }

    private async Task<HttpAnswer> SendAsync(WireConnection connection, HttpCall call)
    {
        await connection.SendAsync(call.Head(BaseUrl));
        if (call.ExpectsContinue && await InterimAsync(connection) is { } early)
            return early;

        try
        {
            foreach (var part in call.FramedBody().Chunk(64 * 1024))
            {
                // An answer that comes before the body is all there says that the rest is not wanted.
                if (connection.HasReceived)
                    break;
                await connection.SendAsync(part);
            }
        }
        catch (IOException)
        {
            // The same, if the answer came through.
        }

        return await HttpAnswer.ReadAsync(connection) switch
        {
            { Status: 100 } => await HttpAnswer.ReadAsync(connection) ?? throw NoAnswer(call),
            { } answer => answer,
            _ => throw NoAnswer(call),
        };
    }

    /// <summary>What comes before the body: null where it may be sent, the answer where it need not.</summary>
    private static async Task<HttpAnswer?> InterimAsync(WireConnection connection)
    {
        // Clients wait a moment only: a service need not ask (RFC 9110 section 10.1.1).
        for (var i = 0; i < 20 && !connection.HasReceived; i++)
            await Task.Delay(50);
        if (!connection.HasReceived)
            return null;
        var answer = await HttpAnswer.ReadAsync(connection);
        return answer?.Status == 100 ? null : answer;
    }

    private static CheckFailedException NoAnswer(HttpCall call) => new($"an answer to {call.Method} {call.Path}", "the connection ended without one");
}
