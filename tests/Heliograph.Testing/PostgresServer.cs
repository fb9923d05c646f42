using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Npgsql;

namespace Heliograph.Testing;

/// <summary>
/// PostgreSQL, started by hand on loopback, with a port and a data folder of its own. It ends with the test. Where it is missing the tests
/// fail; ./test installs it.
/// </summary>
/// <remarks>Its databases sort as people do, unlike the service, which sorts by bytes: whoever forgets to say so is found out.</remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "heliograph";

    /// <summary>It refuses to run as root, so it runs as the user that Debian's package makes for it.</summary>
    private const string ServiceUser = "postgres";

    private static readonly string Programs = FindPrograms();

    private readonly TempFolder _folder;
    private readonly string _data;
    private readonly List<PostgresServer> _replicas = [];
    private readonly Lock _noting = new();
    private Process? _process;
    private int _databases;

    private PostgresServer(TempFolder folder, string data, int port, string password)
    {
        _folder = folder;
        _data = data;
        Port = port;
        Password = password;
    }

    public int Port { get; }

    /// <summary>The password of its only user.</summary>
    public string Password { get; }

    /// <summary>What it wrote to its log.</summary>
    public string Log { get; private set; } = "";

    /// <summary>The process that all others of the server are children of.</summary>
    public int Id => _process?.Id ?? throw new InvalidOperationException("The server is not running.");

    /// <summary>Makes a data folder and starts a server in it.</summary>
    /// <param name="folder">Where its files go. The server must have ended before the folder goes.</param>
    public static async Task<PostgresServer> StartAsync(TempFolder folder)
    {
        var port = Ports.Free(1)[0];
        var server = new PostgresServer(folder, MakeFolder(folder, $"postgres-{port}"), port, RandomNumberGenerator.GetHexString(32, lowercase: true));
        var passwordFile = folder.Write($"postgres-{port}.password", server.Password);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(passwordFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await server.RunAsync(
            "initdb", "--pgdata", server._data, "--username", User, "--pwfile", passwordFile, "--auth", "scram-sha-256", "--encoding", "UTF8",
            "--locale", "C.UTF-8", "--locale-provider", "icu", "--icu-locale", "en-US", "--no-sync");
        await server.StartOrDisposeAsync();
        return server;
    }

    /// <summary>How one of its databases is reached. On a busy machine even loopback takes seconds.</summary>
    public string ConnectionString(string database = "postgres") =>
        $"Host=127.0.0.1;Port={Port};Username={User};Password={Password};Database={database};Timeout=30";

    /// <summary>Makes a database.</summary>
    /// <param name="template">The database that it is a copy of; nobody may be connected to that one. An empty one where null.</param>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(string? template = null)
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template ?? "template1"}");
        return ConnectionString(name);
    }

    /// <summary>Runs a statement.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="database">The database that it runs in.</param>
    /// <returns>The first value of the first row that it answers with, if any.</returns>
    public async Task<object?> ExecuteAsync(string sql, string database = "postgres")
    {
        // Not pooled: a database that somebody is connected to is no template, and can't be dropped.
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Starts a second server that follows this one and can only be read. It ends with this one.</summary>
    public async Task<PostgresServer> StartReplicaAsync()
    {
        var port = Ports.Free(1)[0];
        var replica = new PostgresServer(_folder, MakeFolder(_folder, $"postgres-{port}"), port, Password);
        await RunAsync(
            "pg_basebackup", "--pgdata", replica._data, "--host", "127.0.0.1", "--port", $"{Port}", "--username", User, "--checkpoint", "fast",
            "--wal-method", "stream", "--write-recovery-conf", "--no-sync");
        await replica.StartOrDisposeAsync();
        _replicas.Add(replica);
        return replica;
    }

    /// <summary>Ends it as <c>kill -9</c> of all of its processes does.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
            return;
        process.Kill();
        // Those that are left are known by the folder that they all work in: by the time they are asked for, their parent is another.
        await Eventually.HoldsAsync("PostgreSQL has ended", () =>
        {
            var left = ProcessesOf(_data);
            left.ForEach(Kill);
            return left.Count == 0;
        });
        await EndAsync(process);
    }

    /// <summary>Stops all its processes where they are, until <see cref="Resume"/>: as a machine that hangs.</summary>
    public void Freeze() => SendAll(Signal.Freeze);

    public void Resume() => SendAll(Signal.Resume);

    /// <summary>Ends it in order; clients are cut off.</summary>
    public async Task StopAsync()
    {
        if (_process is not { } process)
            return;
        if (!process.HasExited)
            Signal.Send(process.Id, PosixSignal.SIGINT);
        using var patience = new CancellationTokenSource(TestPeer.Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            await EndAsync(process);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
        }
    }

    /// <summary>Starts it again, on the same port and with what it had.</summary>
    public async Task StartAgainAsync()
    {
        if (_process is not null)
            throw new InvalidOperationException("The server is running.");
        Start();
        await Eventually.HoldsAsync("PostgreSQL takes connections", AskAsync);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas)
            await replica.DisposeAsync();
        await StopAsync();
    }

    private async Task StartOrDisposeAsync()
    {
        try
        {
            await StartAgainAsync();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private void Start()
    {
        // What a crash of the machine would lose, no test asks for; what a crash of the server would, is kept as ever.
        var process = Process.Start(StartInfo(
            "postgres", "-D", _data, "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off",
            "-c", "max_connections=200", "-c", "shared_buffers=32MB", "-c", "logging_collector=off"))!;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginErrorReadLine();
        _process = process;
    }

    private async Task EndAsync(Process process)
    {
        await process.WaitForExitAsync();
        process.Dispose();
        _process = null;
    }

    /// <summary>Null where it takes connections.</summary>
    private async Task<string?> AskAsync()
    {
        try
        {
            await ExecuteAsync("SELECT 1");
            return null;
        }
        catch (NpgsqlException error)
        {
            return _process!.HasExited ? throw new InvalidOperationException($"PostgreSQL ended:\n{Log}") : error.Message;
        }
    }

    private void Note(string? line)
    {
        lock (_noting)
            Log += line + "\n";
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(StartInfo(program, arguments))!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}:\n{string.Join('\n', output)}");
    }

    private ProcessStartInfo StartInfo(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs, program);
        string[] command = Environment.IsPrivilegedProcess
            ? ["setpriv", $"--reuid={ServiceUser}", $"--regid={ServiceUser}", "--clear-groups", path, .. arguments]
            : [path, .. arguments];
        return new(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.Info.FullName,
            Environment = { ["PGPASSWORD"] = Password, ["LC_ALL"] = "C.UTF-8" },
        };
    }

    /// <summary>Makes a folder that is the server's own, and lets the server's user reach it.</summary>
    private static string MakeFolder(TempFolder folder, string name)
    {
        var path = folder.PathOf(name);
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("PostgreSQL is started by hand as Debian's package brings it.");

        // It takes no folder that others can look into.
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (!Environment.IsPrivilegedProcess)
            return path;

        folder.Info.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        using var process = Process.Start("chown", [$"{ServiceUser}:{ServiceUser}", path]);
        process.WaitForExit();
        return process.ExitCode == 0 ? path : throw new InvalidOperationException($"'{path}' can't be given to the user {ServiceUser}.");
    }

    /// <summary>The folder of the newest server's programs that Debian's package brought; empty where they are on the PATH.</summary>
    private static string FindPrograms() =>
        new DirectoryInfo("/usr/lib/postgresql") is { Exists: true } versions
            ? versions.EnumerateDirectories()
                .OrderByDescending(x => int.TryParse(x.Name, out var version) ? version : 0)
                .Select(x => Path.Combine(x.FullName, "bin"))
                .FirstOrDefault(x => File.Exists(Path.Combine(x, "postgres"))) ?? ""
            : "";

    private void SendAll(Action<int> send)
    {
        foreach (var id in ProcessesOf(_data))
        {
            try
            {
                send(id);
            }
            catch (InvalidOperationException) when (WorkingFolderOf(id) is null)
            {
                // It has ended by itself.
            }
        }
    }

    private static List<int> ProcessesOf(string folder) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(x => int.TryParse(Path.GetFileName(x), out var id) ? id : 0)
            .Where(id => id > 0 && WorkingFolderOf(id) == folder),
    ];

    private static string? WorkingFolderOf(int process)
    {
        try
        {
            return new FileInfo($"/proc/{process}/cwd").LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is somebody else's.
            return null;
        }
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // It has ended by itself.
        }
    }
}
