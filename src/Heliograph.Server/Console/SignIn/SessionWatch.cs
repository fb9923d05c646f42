using System.Security.Claims;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Console.SignIn;

/// <summary>
/// Ends an answer that goes on for long, such as a stream of events, together with the session that asked for it. The session was checked
/// when the request came; from then on it is looked at every other second, so that it ends on every node, wherever the key was revoked.
/// </summary>
/// <example><c>await using var session = SessionWatch.Over(http);</c>, and write while <c>session.Ended</c> is not cancelled.</example>
internal sealed class SessionWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _ended;
    private readonly Task _watching;

    private SessionWatch(Sessions sessions, ClaimsPrincipal user, TimeProvider time, CancellationToken aborted)
    {
        _ended = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        Ended = _ended.Token;
        _watching = WatchAsync(sessions, user, time);
    }

    /// <summary>Cancelled when the session has ended, and when the browser has left.</summary>
    public CancellationToken Ended { get; }

    /// <summary>Begins to watch the session of a request, until it is disposed.</summary>
    public static SessionWatch Over(HttpContext http) => new(
        http.RequestServices.GetRequiredService<Sessions>(), http.User, http.RequestServices.GetRequiredService<TimeProvider>(), http.RequestAborted);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _watching;
        _ended.Dispose();
    }

    private async Task WatchAsync(Sessions sessions, ClaimsPrincipal user, TimeProvider time)
    {
        try
        {
            do
                await Task.Delay(Interval, time, Ended);
            while (await sessions.HoldsAsync(user, Ended));
        }
        catch (Exception error) when (error is OperationCanceledException || RegistryErrors.IsOfDatabase(error))
        {
            // Over, or not known to hold: the browser asks again, and the next request says which.
        }
        finally
        {
            // Whatever it was: no stream stays open unwatched.
            await _ended.CancelAsync();
        }
    }
}
