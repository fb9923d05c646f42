using System.Diagnostics;
using System.Text;

namespace Heliograph.Program.Tests.Management;

/// <summary>A terminal with a person at it, who reads what is asked before they type: <c>script</c> of util-linux makes one.</summary>
internal sealed class PseudoTerminal : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _shown = new();
    private readonly Task _reading;

    private PseudoTerminal(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    /// <summary>All that was shown so far, with the commands to the terminal.</summary>
    public string Shown
    {
        get
        {
            lock (_shown)
                return _shown.ToString();
        }
    }

    /// <summary>Runs a command line of a shell, in which <c>heliograph</c> is the built program.</summary>
    public static PseudoTerminal Run(Cli cli, string commandLine)
    {
        var start = new ProcessStartInfo("script", ["-qec", commandLine, "/dev/null"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = cli.Folder.Info.FullName,
        };
        cli.SetEnvironment(start);
        start.Environment["TERM"] = "xterm-256color";
        return new(Process.Start(start)!);
    }

    public Task SeesAsync(string text) => Eventually.HoldsAsync(
        $"'{text}' is shown", () => Task.FromResult(Shown.Contains(text, StringComparison.Ordinal) ? null : $"shown is: {Shown}"));

    public Task TypesAsync(string line) => PressesAsync(line + "\r");

    public async Task PressesAsync(string keys)
    {
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync();
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TestPeer.Patience);
        await _reading.WaitAsync(TestPeer.Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await ExitAsync();
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new char[1024];
        while (await _process.StandardOutput.ReadAsync(buffer) is > 0 and var count)
        {
            lock (_shown)
                _shown.Append(buffer, 0, count);
        }
    }
}
