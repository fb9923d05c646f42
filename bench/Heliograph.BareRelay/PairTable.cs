using System.Collections.Concurrent;

namespace Heliograph.BareRelay;

/// <summary>
/// Takes the upgrades of <c>/pair/{id}/{side}</c>, where side is <c>a</c> or <c>b</c>, and brings the two sides of a pair together.
/// </summary>
internal sealed class PairTable
{
    private readonly ConcurrentDictionary<string, Pair> _pairs = new(StringComparer.Ordinal);

    public async Task ServeAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        var side = (string)context.Request.RouteValues["side"]! switch { "a" => 0, "b" => 1, _ => -1 };
        if (!context.WebSockets.IsWebSocketRequest || side < 0)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await _pairs.GetOrAdd(id, static _ => new Pair()).RelayAsync(side, socket);
    }
}
