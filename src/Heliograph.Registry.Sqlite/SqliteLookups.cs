using System.Collections.Concurrent;
using Heliograph.Server.Registry;
using Microsoft.Data.Sqlite;

namespace Heliograph.Registry.Sqlite;

/// <summary>Look-ups in the file. A few connections stay open for them, with their statements made ready: opening one takes longer than a look-up.</summary>
internal sealed class SqliteLookups(string connectionString) : ILookupDatabase, IDisposable
{
    private readonly ConcurrentBag<Session> _free = [];
    private volatile bool _isDisposed;

    public void Changed()
    {
        // Nothing here is ever behind.
    }

    public async Task<RegistryEntry?> ReadAsync(Func<LookupStatements, Task<RegistryEntry?>> read, CancellationToken cancellationToken)
    {
        if (!_free.TryTake(out var session))
            session = new(connectionString);
        try
        {
            var entry = await read(session.Statements);
            _free.Add(session);
            return entry;
        }
        catch (Exception)
        {
            session.Dispose();
            throw;
        }
        finally
        {
            if (_isDisposed)
                Dispose();
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        while (_free.TryTake(out var session))
            session.Dispose();
    }

    private sealed class Session : IDisposable
    {
        private readonly SqliteConnection _connection;

        public Session(string connectionString)
        {
            _connection = new(connectionString);
            _connection.Open();
            Statements = new(_connection);
        }

        public LookupStatements Statements { get; }

        public void Dispose()
        {
            Statements.Dispose();
            _connection.Dispose();
        }
    }
}
