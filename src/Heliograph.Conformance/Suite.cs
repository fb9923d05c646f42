using Heliograph.Conformance.Targets;
using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance;

/// <summary>
/// Runs the checks against a service, from outside: usual and slow ones many at a time, those that load or restart the service by
/// themselves after the others.
/// </summary>
public static class Suite
{
    private static readonly TimeSpan LongCheckTimeout = TimeSpan.FromMinutes(10);

    /// <summary>All checks, in the order of the protocol page.</summary>
    public static IReadOnlyList<Check> Checks { get; } = CheckList.All;

    /// <summary>The checks that these names choose: the ID of a check, or its beginning up to a point.</summary>
    public static IReadOnlyList<Check> Choose(IReadOnlyCollection<string> names) =>
        [.. Checks.Where(check => names.Count == 0 || names.Any(name => check.Id == name || check.Id.StartsWith(name.TrimEnd('.') + ".", StringComparison.Ordinal)))];

    /// <summary>Asks the service something that every one of its kind answers in the same way.</summary>
    /// <exception cref="ServiceUnreachableException">There is no way to it.</exception>
    /// <exception cref="NotASignalingServiceException">Something else answers there.</exception>
    public static async Task ProbeAsync(Uri baseUrl, TimeSpan patience, CancellationToken cancellationToken)
    {
        var service = new Service(baseUrl, null);
        try
        {
            var answer = await service.SendAsync(new HttpCall(Scene.ClientConnect) { Body = "{}"u8.ToArray() }, patience, cancellationToken);
            // Whatever it says must be JSON: all else of its form is for the checks to judge.
            if (answer.Json is not { ValueKind: System.Text.Json.JsonValueKind.Object } || answer.Status == 405)
                throw new NotASignalingServiceException($"{baseUrl}: there is a web server but no signaling service: POST {Scene.ClientConnect} is answered by {answer}");
        }
        catch (Exception error) when (error is IOException or TimeoutException)
        {
            throw new ServiceUnreachableException(error.Message, error);
        }
        catch (CheckFailedException error)
        {
            throw new NotASignalingServiceException($"{baseUrl}: there is a server but no signaling service: {error.Saw}");
        }
    }

    /// <summary>Runs the checks that the options choose.</summary>
    /// <returns>A result for each of them, in the order of the protocol page.</returns>
    public static async Task<IReadOnlyList<CheckResult>> RunAsync(Uri baseUrl, TargetSet targets, SuiteOptions options, CancellationToken cancellationToken)
    {
        var service = new Service(baseUrl, targets.DeviceKeys);
        await LearnClockAsync(service, options, cancellationToken);
        using var pool = new DevicePool(targets.Devices);
        var chosen = Choose(options.Only);
        var results = new Dictionary<string, CheckResult>(StringComparer.Ordinal);
        // Slow ones first: the others run while they wait.
        await RunAsync(chosen.Where(x => x.Kind is CheckKind.Usual or CheckKind.Slow).OrderByDescending(x => x.Kind), options.Concurrency);
        foreach (var kind in (CheckKind[])[CheckKind.Load, CheckKind.Restart, CheckKind.Last])
            await RunAsync(chosen.Where(x => x.Kind == kind), 1);
        return [.. chosen.Select(check => results[check.Id])];

        async Task RunAsync(IEnumerable<Check> checks, int concurrency)
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(checks, parallel, async (check, stop) =>
            {
                var result = await RunOneAsync(check, service, pool, options, stop);
                lock (results)
                {
                    results.Add(check.Id, result);
                    options.OnResult?.Invoke(result);
                }
            });
        }
    }

    private static async Task<CheckResult> RunOneAsync(
        Check check, Service service, DevicePool pool, SuiteOptions options, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var limit = check.Kind == CheckKind.Usual ? options.CheckTimeout : LongCheckTimeout;
        Loan? loan = null;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            if (Excluded(check, options) is { } reason)
                throw new NotCheckedException(reason);
            loan = await pool.LendAsync(check, cancellationToken);
            started = TimeProvider.System.GetTimestamp();
            bound.CancelAfter(limit);
            await using var scene = new Scene(service, loan, options, bound.Token);
            await check.Run(scene);
            return new(check, CheckOutcome.Passed, Elapsed());
        }
        catch (CheckFailedException error)
        {
            return Failed(error.Expected, error.Saw);
        }
        catch (NotCheckedException error)
        {
            return new(check, CheckOutcome.NotChecked, Elapsed()) { Reason = error.Message };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed($"the check to come to an end within {limit.TotalSeconds:0} s", "it did not");
        }
        catch (Exception error) when (error is IOException or TimeoutException)
        {
            return Failed("the service to answer", Redaction.Of(error.Message));
        }
        catch (Exception error) when (error is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // A field that is of another type, or not there, where a check is about something else.
            return Failed("answers of the protocol's form", Redaction.Of(error.Message));
        }
        finally
        {
            if (loan is not null)
                pool.Return(loan);
        }

        CheckResult Failed(string expected, string saw) => new(check, CheckOutcome.Failed, Elapsed()) { Expected = expected, Saw = saw };
        TimeSpan Elapsed() => TimeProvider.System.GetElapsedTime(started);
    }

    private static string? Excluded(Check check, SuiteOptions options) => check.Kind switch
    {
        CheckKind.Slow when !options.IncludesSlow => "waits for minutes; run with --slow",
        CheckKind.Load when !options.IncludesLoad => "loads the service; run with --load",
        CheckKind.Restart when options.RestartAsync is null => "restarts the service; run with --restart COMMAND",
        _ => null,
    };

    private static async Task LearnClockAsync(Service service, SuiteOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await service.SendAsync(new HttpCall(Scene.ClientConnect) { Body = "{}"u8.ToArray() }, options.Patience, cancellationToken);
            service.SetClock(answer, options.Time.GetUtcNow());
        }
        catch (Exception error) when (error is IOException or TimeoutException or CheckFailedException)
        {
            // The checks will say it.
        }
    }
}

/// <summary>The service can't be reached.</summary>
/// <param name="message">Why, in one line.</param>
/// <param name="inner">The cause.</param>
public sealed class ServiceUnreachableException(string message, Exception inner) : Exception(message, inner);

/// <summary>What answers is no signaling service.</summary>
/// <param name="message">How it shows, in one line.</param>
public sealed class NotASignalingServiceException(string message) : Exception(message);
