using Heliograph.Registry.Postgres;
using Heliograph.Registry.Sqlite;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Heliograph.Serving;
using Heliograph.Terminal;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Heliograph.RegistryCopy;

/// <summary>A database that a registry is in, or goes to.</summary>
internal sealed class RegistryPlace : IAsyncDisposable
{
    private const string Sqlite = "sqlite:";
    private const string Postgres = "postgres:";

    /// <summary>What services call themselves there; copying has another name, so as not to be taken for one.</summary>
    private const string CopierName = "heliograph registry copy";

    private readonly string _option;
    private readonly string? _file;
    private readonly NpgsqlConnectionStringBuilder? _connection;
    private DataFolder? _folder;
    private ServiceProvider? _services;

    private RegistryPlace(string option, string? file, NpgsqlConnectionStringBuilder? connection)
    {
        _option = option;
        _file = file;
        _connection = connection;
        Name = connection is null ? Sqlite + file : Postgres + PostgresConnection.Describe(connection);
    }

    /// <summary>What it is called for people: without a password.</summary>
    public string Name { get; }

    public IDbContextFactory<RegistryDbContext> Database => _services!.GetRequiredService<IDbContextFactory<RegistryDbContext>>();

    /// <summary>Reads what a command line names.</summary>
    /// <exception cref="CommandException">It is no such thing. It is not quoted: there may be a password in it.</exception>
    public static RegistryPlace Read(string option, string text, string? password)
    {
        if (text.StartsWith(Sqlite, StringComparison.Ordinal) && text.Length > Sqlite.Length)
            return new(option, Path.GetFullPath(text[Sqlite.Length..]), null);
        var isUrl = text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal);
        if (!isUrl && !text.StartsWith(Postgres, StringComparison.Ordinal))
            throw new CommandException($"{option}: must be {Sqlite}FILE or {Postgres}CONNECTION", ExitCodes.Usage);
        try
        {
            var connection = PostgresConnection.Read($"{option}:", isUrl ? text : text[Postgres.Length..]);
            connection.ApplicationName = CopierName;
            connection.CommandTimeout = 600;
            if (password is not null)
                connection.Password = password;
            return new(option, null, connection);
        }
        catch (SettingsException error)
        {
            throw new CommandException(error.Problems[0], ExitCodes.Usage);
        }
    }

    /// <summary>Opens it, where no service uses it; a target is made ready.</summary>
    public async Task OpenAsync(bool mustExist, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        if (_file is not null)
            AddFile(services, _file, mustExist);
        else
            PostgresRegistry.AddDatabase(services, _connection!);
        _services = services.BuildServiceProvider();
        if (_connection is not null)
            await RefuseWhileServedAsync(cancellationToken);

        var provider = _services.GetRequiredService<IRegistryDatabase>();
        await using var db = await Database.CreateDbContextAsync(cancellationToken);
        if (mustExist && (await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
            throw new CommandException($"{_option}: {Name} is no registry, or one of an older version: start this version's service on it once");
        if (!mustExist)
        {
            await using (await provider.EnterStartAsync(cancellationToken))
                await provider.PrepareAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
            await _services.DisposeAsync();
        if (_file is not null)
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder?.Dispose();
    }

    private void AddFile(IServiceCollection services, string file, bool mustExist)
    {
        if (mustExist && !File.Exists(file))
            throw new CommandException($"{_option}: there is no file '{file}'", ExitCodes.NotFound);
        try
        {
            // A copy of a file, made to keep it, lies in no data folder.
            if (!mustExist || File.Exists(Path.Combine(Path.GetDirectoryName(file)!, "lock")))
                _folder = DataFolder.Open(Path.GetDirectoryName(file)!);
        }
        catch (StartException error)
        {
            throw new CommandException($"{_option}: {error.Message}");
        }

        if (_folder?.DatabaseFile == file)
            _folder.EnsureDatabaseFile();
        SqliteRegistry.Add(services, file);
    }

    private async Task RefuseWhileServedAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _services!.GetRequiredService<PostgresSources>().Primary.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'heliograph'", connection);
        if ((long)(await command.ExecuteScalarAsync(cancellationToken))! > 0)
            throw new CommandException($"{_option}: {Name} is in use by a service; stop all of its nodes first");
    }
}
