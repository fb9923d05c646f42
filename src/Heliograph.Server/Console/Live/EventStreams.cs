using Heliograph.Server.Console.SignIn;
using Heliograph.Server.Hosting;
using Heliograph.Server.Live;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Console.Live;

/// <summary>
/// The streams that pages have open: so many and no more, each until its browser leaves, its session ends or the service stops. A
/// stream asks for what is new at its own pace, so one that nobody reads holds up itself alone.
/// </summary>
internal sealed class EventStreams(IHostApplicationLifetime lifetime, IOptions<LiveOptions> options, TimeProvider time)
{
    /// <summary>How many one person may have open. A browser that speaks HTTP/1.1 opens six at most.</summary>
    private const int PerVisitor = 12;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);

    /// <summary>Takes the place of a stream, until it is disposed. To come before whatever the stream makes the service do.</summary>
    /// <exception cref="ApiException">429: there is none left.</exception>
    public IDisposable Take(HttpContext http)
    {
        var visitor = Visitor.Of(http.User) ?? throw ApiException.Unauthorized("Sign in first.");
        (string, int)[] slots = [($"person {visitor.Organization} {visitor.Id}", PerVisitor), ($"organization {visitor.Organization}", options.Value.StreamsPerOrganization)];
        if (!TryOpen(slots))
            throw ApiException.TooManyRequests("Too many pages follow what happens already; close some of them.", TimeSpan.FromSeconds(10));
        return new Place(this, slots);
    }

    /// <summary>Answers a request that has its place by a stream.</summary>
    /// <param name="http">The request.</param>
    /// <param name="interval">How often it is asked for what is new.</param>
    /// <param name="write">Writes what is new; gives one of the words of <see cref="StreamEnd"/> where there is nothing more to come.</param>
    public async Task RunAsync(HttpContext http, TimeSpan interval, Func<EventStream, CancellationToken, Task<string?>> write)
    {
        try
        {
            await using var session = SessionWatch.Over(http);
            using var stopping = CancellationTokenSource.CreateLinkedTokenSource(session.Ended, lifetime.ApplicationStopping);
            var stream = new EventStream(http, time);
            var end = await FollowAsync(stream, interval, write, stopping.Token);
            await stream.WriteAsync("end", new(end), StreamJson.Default.StreamEnd, http.RequestAborted);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // The browser has left, or does not read.
            http.Abort();
        }
    }

    /// <summary>Writes until there is nothing more to come.</summary>
    /// <returns>Why.</returns>
    private async Task<string> FollowAsync(
        EventStream stream, TimeSpan interval, Func<EventStream, CancellationToken, Task<string?>> write, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(interval);
        try
        {
            await stream.BeginAsync(stopping);
            while (true)
            {
                if (await write(stream, stopping) is { } end)
                    return end;
                await stream.KeepAliveAsync(stopping);
                await timer.WaitForNextTickAsync(stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return lifetime.ApplicationStopping.IsCancellationRequested ? StreamEnd.Stopping : StreamEnd.Session;
        }
        catch (Exception error) when (RegistryErrors.IsOfDatabase(error))
        {
            return StreamEnd.Session;
        }
    }

    private bool TryOpen((string Name, int Most)[] slots)
    {
        lock (_lock)
        {
            if (slots.Any(slot => _open.GetValueOrDefault(slot.Name) >= slot.Most))
                return false;
            foreach (var (name, _) in slots)
                _open[name] = _open.GetValueOrDefault(name) + 1;
            return true;
        }
    }

    private void Close((string Name, int Most)[] slots)
    {
        lock (_lock)
        {
            foreach (var (name, _) in slots)
            {
                if (--_open[name] == 0)
                    _open.Remove(name);
            }
        }
    }

    private sealed class Place(EventStreams streams, (string Name, int Most)[] slots) : IDisposable
    {
        public void Dispose() => streams.Close(slots);
    }
}
