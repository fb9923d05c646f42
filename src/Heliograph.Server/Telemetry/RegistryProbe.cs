using Heliograph.Server.Registry;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Telemetry;

/// <summary>
/// Asks the database whether it answers. Balancers take a node out whose answer takes them too long, and end what goes on there: of a database
/// that hangs, nobody waits to hear. Who asks meanwhile shares the question.
/// </summary>
internal sealed class RegistryProbe(
    IDbContextFactory<RegistryDbContext> contexts, IRegistryDatabase database, RegistryHealth health, TimeProvider time)
{
    /// <summary>Less than the second after which the documented balancers give up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// A question is given up then, and of a shared database the next one is asked, though the driver may take some seconds more to end it. A file
    /// that hangs holds the thread that asks; more of them would hear no more.
    /// </summary>
    private static readonly TimeSpan LongestQuestion = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private Task<bool> _asking = Task.FromResult(false);
    private long _askedAt;
    private int _questions;

    /// <summary>Whether it answers now. Where it is this node's alone, that is worth waiting for: without it, the node can do nothing.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        var (asking, left) = Ask();
        try
        {
            return await asking.WaitAsync(left, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Perhaps it is slow only. What becomes of the question tells.
            return false;
        }
    }

    /// <summary>Asks, where nobody does.</summary>
    /// <returns>The question, and how long it is worth waiting for.</returns>
    private (Task<bool> Asking, TimeSpan Left) Ask()
    {
        lock (_lock)
        {
            if (_asking.IsCompleted || (database.IsShared && time.GetElapsedTime(_askedAt) > LongestQuestion))
            {
                var question = ++_questions;
                (_asking, _askedAt) = (Task.Run(() => QueryAsync(question)), time.GetTimestamp());
            }

            if (!database.IsShared)
                return (_asking, Timeout.InfiniteTimeSpan);
            var left = Patience - time.GetElapsedTime(_askedAt);
            return (_asking, left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
    }

    private async Task<bool> QueryAsync(int question)
    {
        using var enough = new CancellationTokenSource(LongestQuestion, time);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(enough.Token);
            await db.ApiKeys.AnyAsync(enough.Token);
            if (IsNewest(question))
                health.Worked();
            return true;
        }
        catch (OperationCanceledException)
        {
            Failed(question, new TimeoutException($"It does not answer within {LongestQuestion.TotalSeconds} s."));
            return false;
        }
        catch (Exception error) when (RegistryErrors.IsOfDatabase(error))
        {
            Failed(question, error);
            return false;
        }
    }

    private void Failed(int question, Exception error)
    {
        if (IsNewest(question))
            health.Failed(error);
    }

    /// <summary>Whether no later question was asked: what came of that is newer, and perhaps known already.</summary>
    private bool IsNewest(int question)
    {
        lock (_lock)
            return question == _questions;
    }
}
