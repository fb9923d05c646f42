using System.Collections.Concurrent;
using Heliograph.Server.Registry;
using Heliograph.Server.Telemetry;
using Heliograph.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Tests.Telemetry;

/// <summary>Questions to a database that hangs.</summary>
public sealed class RegistryProbeTests : IDisposable
{
    private static readonly TimeSpan LongerThanAQuestion = TimeSpan.FromSeconds(4);

    private readonly ManualTimeProvider _time = new();
    private readonly Contexts _contexts = new();
    private readonly Lines _log = new();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Hang_OfADatabaseOfItsOwn_IsAskedAboutOnce()
    {
        var probe = Probe(isShared: false);
        var answers = new List<Task<bool>>();
        for (var i = 0; i < 5; i++)
        {
            answers.Add(probe.AnswersAsync(CancellationToken.None));
            _time.Advance(LongerThanAQuestion);
        }

        await Eventually.HoldsAsync("it was asked", () => !_contexts.Asked.IsEmpty);
        answers.ShouldAllBe(x => !x.IsCompleted);
        _contexts.Asked.TryDequeue(out var question).ShouldBeTrue();
        question.SetResult(Working());

        (await Task.WhenAll(answers)).ShouldAllBe(x => x);
        _contexts.Asked.ShouldBeEmpty();
        (await AskAsync(probe, Working())).ShouldBeTrue();
    }

    [Fact]
    public async Task Question_ThatEndsBehindTheNextOne_IsNotToldOf()
    {
        var probe = Probe(isShared: true);
        var late = probe.AnswersAsync(CancellationToken.None);
        await Eventually.HoldsAsync("it was asked", () => _contexts.Asked.Count == 1);
        _contexts.Asked.TryDequeue(out var first).ShouldBeTrue();
        _time.Advance(LongerThanAQuestion);
        (await late).ShouldBeFalse();
        (await AskAsync(probe, Working())).ShouldBeTrue();

        first.SetException(new TimeoutException("late"));

        await Eventually.HoldsAsync("the first one has ended", () => _contexts.Ended == 1);
        (await AskAsync(probe, Working())).ShouldBeTrue();
        _log.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Question_ThatFails_IsToldOfOnce()
    {
        var probe = Probe(isShared: true);
        for (var i = 0; i < 3; i++)
        {
            var asking = probe.AnswersAsync(CancellationToken.None);
            await Eventually.HoldsAsync("it was asked", () => _contexts.Asked.Count == 1);
            _contexts.Asked.TryDequeue(out var question).ShouldBeTrue();
            question.SetException(new TimeoutException("lost"));
            (await asking).ShouldBeFalse();
        }

        _log.All.ShouldHaveSingleItem().ShouldContain("lost");
    }

    private RegistryProbe Probe(bool isShared) => new(_contexts, new Database(isShared), new(_time, _log), _time);

    private async Task<bool> AskAsync(RegistryProbe probe, RegistryDbContext database)
    {
        var asking = probe.AnswersAsync(CancellationToken.None);
        await Eventually.HoldsAsync("it was asked", () => _contexts.Asked.Count == 1);
        _contexts.Asked.TryDequeue(out var question).ShouldBeTrue();
        question.SetResult(database);
        return await asking;
    }

    private RegistryDbContext Working()
    {
        var db = new RegistryDbContext(new DbContextOptionsBuilder<RegistryDbContext>()
            .UseSqlite($"Data Source={_folder.PathOf(Guid.NewGuid().ToString())};Pooling=False").Options);
        db.Database.EnsureCreated();
        return db;
    }

    /// <summary>Gives out databases when the test does.</summary>
    private sealed class Contexts : IDbContextFactory<RegistryDbContext>
    {
        private int _ended;

        public ConcurrentQueue<TaskCompletionSource<RegistryDbContext>> Asked { get; } = new();

        /// <summary>Questions that got none.</summary>
        public int Ended => Volatile.Read(ref _ended);

        public RegistryDbContext CreateDbContext() => throw new NotSupportedException();

        public async Task<RegistryDbContext> CreateDbContextAsync(CancellationToken cancellationToken = default)
        {
            var question = new TaskCompletionSource<RegistryDbContext>(TaskCreationOptions.RunContinuationsAsynchronously);
            Asked.Enqueue(question);
            try
            {
                return await question.Task;
            }
            catch (TimeoutException)
            {
                Interlocked.Increment(ref _ended);
                throw;
            }
        }
    }

    private sealed class Database(bool isShared) : IRegistryDatabase
    {
        public TimeSpan NewsTime => isShared ? TimeSpan.FromSeconds(2) : TimeSpan.Zero;

        public Task<IAsyncDisposable> EnterStartAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task PrepareAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task AnnounceAsync(RegistryDbContext db, IReadOnlyCollection<RegistryChange> changes, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }

    private sealed class Lines : ILogger<RegistryHealth>
    {
        public ConcurrentQueue<string> All { get; } = new();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue(formatter(state, exception));
    }
}
