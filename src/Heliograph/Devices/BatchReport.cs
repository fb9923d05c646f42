using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Terminal;

namespace Heliograph.Devices;

/// <summary>
/// Where the devices of a batch are written as they are made: to standard output, and to a file where one was named. What was made is
/// told even where the rest fails.
/// </summary>
internal sealed class BatchReport : IAsyncDisposable
{
    private readonly Output _output;
    private readonly TextWriter? _file;
    private readonly bool _isJsonFile;

    private BatchReport(Output output, TextWriter? file, bool isJsonFile)
    {
        _output = output;
        _file = file;
        _isJsonFile = isJsonFile;
    }

    /// <summary>How many devices were written.</summary>
    public int Count { get; private set; }

    /// <exception cref="CommandException">There is such a file already, or it can't be written.</exception>
    public static BatchReport Open(string? path, bool overwrite, Output output)
    {
        if (path is null)
            return new(output, file: null, isJsonFile: false);
        if (!overwrite && Path.Exists(path))
            throw new CommandException($"--out: '{path}' is there already");
        try
        {
            return new(output, new StreamWriter(path), path.EndsWith(".json", StringComparison.OrdinalIgnoreCase));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException($"--out: the file '{path}' can't be written: {error.Message}");
        }
    }

    public async Task AddAsync(Device device, string? keyFile)
    {
        var json = _output.IsJson || _isJsonFile ? JsonSerializer.Serialize(device, ProtocolJson.Wire.Device) : "";
        var begin = Count++ == 0 ? "[\n" : ",\n";
        if (_output.IsJson)
            _output.Text(begin + json);
        else
            _output.Line(DeviceText.NameOf(device));
        if (_file is null)
            return;
        if (_isJsonFile)
        {
            await _file.WriteAsync(begin + json);
            return;
        }

        if (Count == 1)
            await _file.WriteLineAsync(keyFile is null ? "deviceId,batchId" : "deviceId,batchId,publicKey");
        await _file.WriteLineAsync(keyFile is null ? $"{device.DeviceId},{device.BatchId}" : $"{device.DeviceId},{device.BatchId},{Quote(Path.GetFullPath(keyFile))}");
    }

    /// <summary>Ends what was begun.</summary>
    public async Task EndAsync()
    {
        if (_output.IsJson)
            _output.Line("\n]");
        if (_isJsonFile)
            await _file!.WriteLineAsync("\n]");
    }

    public ValueTask DisposeAsync() => _file?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static string Quote(string cell) => cell.AsSpan().ContainsAny(",\"\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
