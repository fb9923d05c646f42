using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace Heliograph.Testing;

/// <summary>The built executable, running as a process of its own. It ends with the test, whatever the test does.</summary>
public sealed class HeliographProcess : IAsyncDisposable
{
    private const string LastLineOfWelcome = "  Stop ";

    /// <summary>A runtime that starts on a machine full of others that do takes far longer than a call.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);

    /// <summary>The one that ./test names, as it is deployed; else the one that was built along.</summary>
    private static readonly string Program = Environment.GetEnvironmentVariable("TESTED_PROGRAM")
        ?? Path.ChangeExtension(
            typeof(HeliographProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(x => x.Key == "HeliographProgram").Value!,
            OperatingSystem.IsWindows() ? "exe" : null);

    /// <summary>Rate limits that nothing reaches: a crowd of a test's own is not a flood.</summary>
    public static IReadOnlyDictionary<string, string> WithoutRateLimits { get; } =
        ((string[])["PerAddress", "PerAddressBurst", "PerProduct", "PerProductBurst"]).ToDictionary(x => $"HELIOGRAPH_RateLimits__{x}", _ => "1000000");

    /// <summary>Of environment variables that the program reads.</summary>
    private static readonly string[] Prefixes = ["HELIOGRAPH_", "HELIO_", "OTEL_"];

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _log = new();
    private readonly TaskCompletionSource<bool> _welcomed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private readonly Task _writing = Task.CompletedTask;

    private HeliographProcess(Process process, string? input)
    {
        _process = process;
        if (input is not null)
            _writing = WriteAsync(process.StandardInput, input);
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, _output), ReadAsync(process.StandardError, _log));
    }

    /// <summary>The folder with the executable, for shells that are to find it.</summary>
    public static string ProgramFolder => Path.GetDirectoryName(Program)!;

    /// <summary>Where the executable finds the runtime.</summary>
    public static string RuntimeFolder => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    public int Id => _process.Id;

    /// <summary>Standard output so far.</summary>
    public string Output => Snapshot(_output);

    /// <summary>Standard error so far.</summary>
    public string Log => Snapshot(_log);

    /// <summary>The address that the welcome lines tell.</summary>
    public string BaseUrl => WelcomeValue("Base URL");

    /// <summary>The console's address that the welcome lines tell; with <c>--console-link</c> one that signs in.</summary>
    public string ConsoleLink => WelcomeValue("Console");

    /// <summary>The file with the first API key that the welcome lines tell.</summary>
    public string ApiKeyFile => WelcomeValue("API key");

    /// <summary>Starts the executable with any arguments.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="environment">Environment variables on top of this process' own.</param>
    /// <param name="workingFolder">The folder that it starts in; this process' own, where null.</param>
    /// <param name="input">All of its standard input; this process' own, where null.</param>
    /// <param name="isInteractive">Whether its standard input stays open, for <see cref="TypeAsync"/>.</param>
    public static HeliographProcess Start(
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string? workingFolder = null,
        string? input = null,
        bool isInteractive = false)
    {
        var start = new ProcessStartInfo(Program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = input is not null || isInteractive,
            WorkingDirectory = workingFolder ?? Environment.CurrentDirectory,
        };
        // Settings of whoever runs the tests are not the test's, and the runtime may be somewhere that only its own host knows.
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToList())
            start.Environment.Remove(name);
        start.Environment["DOTNET_ROOT"] = RuntimeFolder;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return new(Process.Start(start)!, input);
    }

    /// <summary>Starts the service on a free port and waits for its welcome.</summary>
    /// <exception cref="InvalidOperationException">It ended before; the message has its log.</exception>
    public static Task<HeliographProcess> ServeAsync(DirectoryInfo data, params string[] more) => ServeAsync(data, null, more);

    /// <inheritdoc cref="ServeAsync(DirectoryInfo, string[])"/>
    public static async Task<HeliographProcess> ServeAsync(DirectoryInfo data, IReadOnlyDictionary<string, string>? environment, params string[] more)
    {
        string[] listen = more.Contains("--listen") ? [] : ["--listen", "http://127.0.0.1:0"];
        var process = Start(["serve", "--data", data.FullName, .. listen, .. more], environment);
        try
        {
            await process.WelcomedAsync();
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes a line to its standard input, as a person types it.</summary>
    public async Task TypeAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until the service says that it runs.</summary>
    /// <exception cref="InvalidOperationException">It ended before, or it does not run; the message has its log.</exception>
    public async Task WelcomedAsync()
    {
        try
        {
            if (!await _welcomed.Task.WaitAsync(StartPatience))
                throw new InvalidOperationException($"The service ended before it ran:{Environment.NewLine}{Log}");
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"The service did not run within {StartPatience}:{Environment.NewLine}{Log}");
        }
    }

    /// <summary>A caller of this service, with its first API key.</summary>
    public ApiClient CreateApiClient() => new(BaseUrl, File.ReadAllText(ApiKeyFile).Trim());

    /// <summary>Sends a signal, as <c>kill</c> does.</summary>
    public void Send(PosixSignal signal) => Signal.Send(_process.Id, signal);

    /// <summary>Stops the process where it is, until <see cref="Resume"/>: as a machine that hangs.</summary>
    public void Freeze() => Signal.Freeze(_process.Id);

    public void Resume() => Signal.Resume(_process.Id);

    /// <summary>Ends the process at once, as <c>kill -9</c> does, and waits until it has ended.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return ExitAsync();
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code; 128 and the signal's number where a signal ended it.</returns>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(StartPatience);
        await Task.WhenAll(_reading, _writing).WaitAsync(TestPeer.Patience);
        return _process.ExitCode;
    }

    public bool HasExited => _process.HasExited;

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await ExitAsync();
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader, StringBuilder text)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (text)
                text.AppendLine(line);
            if (text == _output && line.StartsWith(LastLineOfWelcome, StringComparison.Ordinal))
                _welcomed.TrySetResult(true);
        }

        if (text == _output)
            _welcomed.TrySetResult(false);
    }

    private static async Task WriteAsync(StreamWriter writer, string input)
    {
        try
        {
            await writer.WriteAsync(input);
            writer.Close();
        }
        catch (IOException)
        {
            // It ended without having read all.
        }
    }

    private string WelcomeValue(string label) =>
        Output.Split(Environment.NewLine).Select(line => line.Trim()).Single(line => line.StartsWith(label, StringComparison.Ordinal))[label.Length..].Trim();

    private static bool IsSetting(string variable) =>
        Prefixes.Any(prefix => variable.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static string Snapshot(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }
}
