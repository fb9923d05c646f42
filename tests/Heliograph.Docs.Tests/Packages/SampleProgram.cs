using System.Diagnostics;
using System.Text;

namespace Heliograph.Docs.Tests.Packages;

/// <summary>A built sample that runs. It ends with the test, whatever the test does.</summary>
internal sealed class SampleProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Task _reading;

    public SampleProgram(string dll, DirectoryInfo folder, params string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet", [dll, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.FullName,
        })!;
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
    }

    /// <summary>What it wrote so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Waits until it has written a line that begins so, or has ended.</summary>
    /// <returns>The rest of the line.</returns>
    public async Task<string> LineAsync(string beginning)
    {
        string? line = null;
        await Eventually.HoldsAsync(
            $"a line '{beginning}…'",
            () => Task.FromResult((line = Output.Split('\n').FirstOrDefault(x => x.StartsWith(beginning, StringComparison.Ordinal))) is null ? $"it wrote: {Output}" : null));
        return line![beginning.Length..];
    }

    /// <summary>Asks it to end, as a service manager does.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString()]);
        await ExitAsync();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TestPeer.Patience);
        await _reading.WaitAsync(TestPeer.Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await ExitAsync();
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_output)
                _output.Append(line.Trim()).Append('\n');
        }
    }
}
