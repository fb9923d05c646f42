using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Connect;

/// <summary>Look-ups in the service's own database, each after something else that a test wants to happen.</summary>
internal sealed class FakeLookups
{
    private int _count;

    /// <summary>What comes before each look-up. It may block its thread, as SQLite does where the disk is slow.</summary>
    public Func<Task> Before { get; set; } = () => Task.CompletedTask;

    /// <summary>Look-ups so far.</summary>
    public int Count => Volatile.Read(ref _count);

    public void AddTo(WebApplicationBuilder builder)
    {
        var real = builder.Services.Single(x => x.ServiceType == typeof(ILookupDatabase));
        builder.Services.Remove(real);
        builder.Services.AddSingleton<ILookupDatabase>(services => new Database((ILookupDatabase)real.ImplementationFactory!(services), this));
    }

    private sealed class Database(ILookupDatabase real, FakeLookups fake) : ILookupDatabase
    {
        public void Changed() => real.Changed();

        public async Task<RegistryEntry?> ReadAsync(Func<LookupStatements, Task<RegistryEntry?>> read, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref fake._count);
            await fake.Before();
            return await real.ReadAsync(read, cancellationToken);
        }
    }
}
