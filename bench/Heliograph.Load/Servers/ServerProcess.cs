using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Heliograph.Load.Servers;

/// <summary>
/// A server that this program has started: waits for the address it prints, keeps its pipes drained, ends it with itself.
/// </summary>
internal sealed partial class ServerProcess : IDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<string> _lastLines = new();

    private ServerProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public Uri Address { get; private set; } = null!;

    /// <param name="program">An executable, or a .dll to run with <c>dotnet</c>.</param>
    /// <param name="arguments">The server's own arguments.</param>
    /// <param name="runtime">Environment besides this program's own.</param>
    public static ServerProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> runtime)
    {
        var isLibrary = program.EndsWith(".dll", StringComparison.Ordinal);
        var start = new ProcessStartInfo(isLibrary ? "dotnet" : program, isLibrary ? [program, .. arguments] : arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in runtime)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var server = new ServerProcess(process);
        process.OutputDataReceived += (_, line) => server.OnLine(line.Data);
        process.ErrorDataReceived += (_, line) => server.OnLine(line.Data);
        process.Exited += (_, _) => server._address.TrySetException(new LoadException("it ended before it printed its address"));
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            throw new LoadException($"can't start {program}", error);
        }

        AppDomain.CurrentDomain.ProcessExit += server.OnOwnExit;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        server.WaitForAddress(Path.GetFileName(program));
        return server;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnOwnExit;
        Kill();
        _process.Dispose();
    }

    private void WaitForAddress(string program)
    {
        try
        {
            Address = _address.Task.WaitAsync(StartTimeout).GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is TimeoutException or LoadException)
        {
            Kill();
            string output;
            lock (_lastLines)
            {
                output = string.Join(" | ", _lastLines);
            }

            Dispose();
            throw new LoadException($"{program} said «{output}» and did not start", error);
        }
    }

    private void OnLine(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > 5)
            {
                _lastLines.Dequeue();
            }
        }

        // Port 0 is what was asked for, not where it listens.
        if (!_address.Task.IsCompleted && AddressPattern.Match(line) is { Success: true } found)
        {
            _address.TrySetResult(new Uri(found.Value));
        }
    }

    private void OnOwnExit(object? sender, EventArgs arguments) => Kill();

    private void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        // Also waits for the last lines that it printed.
        _process.WaitForExit();
    }

    [GeneratedRegex(@"https?://[^\s/:]+:[1-9]\d*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AddressPattern { get; }
}
