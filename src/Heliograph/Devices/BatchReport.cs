using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Terminal;

namespace Heliograph.Devices;

/// <summary>
/// Where the devices of a batch are written as they are made: to a file where one was named, else to standard output; as JSON to both. What was made is
/// told even where the rest fails.
/// </summary>
internal sealed class BatchReport : IDisposable
{
    private const string Option = "--out";

    private readonly Output _output;
    private readonly FileDraft? _file;
    private readonly bool _isJsonFile;

    private BatchReport(Output output, FileDraft? file, bool isJsonFile)
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
            throw new CommandException($"{Option}: '{path}' is there already");
        return new(output, FileDraft.Begin(path, isSecret: false, Option), path.EndsWith(".json", StringComparison.OrdinalIgnoreCase));
    }

    public async Task AddAsync(Device device, string? keyFile)
    {
        var json = _output.IsJson || _isJsonFile ? JsonSerializer.Serialize(device, ProtocolJson.Wire.Device) : "";
        var begin = Count++ == 0 ? "[\n" : ",\n";
        if (_output.IsJson)
            _output.Text(begin + json);
        else if (_file is null)
            _output.Line(DeviceText.NameOf(device));
        if (_file is null)
            return;
        if (_isJsonFile)
        {
            await _file.Writer.WriteAsync(begin + json);
            return;
        }

        if (Count == 1)
            await _file.Writer.WriteLineAsync(keyFile is null ? "deviceId,batchId" : "deviceId,batchId,publicKey");
        await _file.Writer.WriteLineAsync(keyFile is null ? $"{device.DeviceId},{device.BatchId}" : $"{device.DeviceId},{device.BatchId},{Quote(Path.GetFullPath(keyFile))}");
    }

    /// <summary>Ends what was begun, whether all was made or not; a file that nothing was written to is not made.</summary>
    /// <exception cref="CommandException">The file can't be written.</exception>
    public void End()
    {
        if (Count == 0)
            return;
        if (_output.IsJson)
            _output.Line("\n]");
        if (_isJsonFile)
            _file!.Writer.WriteLine("\n]");
        _file?.Commit();
    }

    public void Dispose() => _file?.Dispose();

    private static string Quote(string cell) => cell.AsSpan().ContainsAny(",\"\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
