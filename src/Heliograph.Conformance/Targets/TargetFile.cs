using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heliograph.Protocol;

namespace Heliograph.Conformance.Targets;

/// <summary>
/// The devices of a service that the suite can't make by itself: a JSON file that names products, devices and the PEM files of their
/// private keys. Documented in docs/conformance.md.
/// </summary>
public static class TargetFile
{
    /// <summary>Reads the file.</summary>
    /// <param name="path">The file; paths in it start from its folder.</param>
    /// <exception cref="TargetFileException">It can't be used; the message says where and why.</exception>
    public static TargetSet Read(string path)
    {
        var file = Parse(path);
        if (file.Products is not { Count: > 0 } products)
            throw new TargetFileException($"{path}: products: must name at least one product");

        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var devices = new List<TargetDevice>();
        for (var i = 0; i < products.Count; i++)
        {
            var where = $"{path}: products[{i}]";
            var entry = products[i] ?? throw new TargetFileException($"{where}: must be an object");
            if (!ProductId.TryParse(entry.ProductId, out var productId))
                throw new TargetFileException($"{where}.productId: must be wp- and 8 of a-z and 0-9");
            if (entry.Devices is not { Count: > 0 })
                throw new TargetFileException($"{where}.devices: must name at least one device");
            var product = new TargetProduct(productId, ReadKeys(entry.Keys, folder, $"{where}.keys"));
            for (var j = 0; j < entry.Devices.Count; j++)
            {
                var device = entry.Devices[j];
                if (!DeviceId.TryParse(device?.DeviceId, out var deviceId))
                    throw new TargetFileException($"{where}.devices[{j}].deviceId: must be wd- and 16 of a-z and 0-9");
                devices.Add(new(product, deviceId, ReadKeys(device!.Keys, folder, $"{where}.devices[{j}].keys")));
            }
        }

        if (devices.GroupBy(x => x.Address).FirstOrDefault(x => x.Count() > 1) is { } twice)
            throw new TargetFileException($"{path}: {twice.Key} is there twice");
        return new(devices);
    }

    private static TargetFileContent Parse(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, TargetFileJson.Default.TargetFileContent) ?? throw new TargetFileException($"{path}: must be a JSON object");
        }
        catch (JsonException error)
        {
            throw new TargetFileException($"{path}: {(error.Path is { Length: > 2 } field ? $"{field[2..]}: is unknown or of the wrong type" : $"is not JSON (line {error.LineNumber + 1})")}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TargetFileException(error.Message);
        }
    }

    private static List<ECDsa> ReadKeys(IReadOnlyList<string?>? files, string folder, string where)
    {
        if (files is not { Count: > 0 })
            throw new TargetFileException($"{where}: must name at least one PEM file with a private key");
        return [.. files.Select((file, i) => ReadKey(Path.Combine(folder, file ?? ""), $"{where}[{i}]"))];
    }

    private static ECDsa ReadKey(string path, string where)
    {
        try
        {
            return PrivateKeyPem.TryRead(File.ReadAllText(path), out var key, out var problem) ? key : throw new TargetFileException($"{where}: '{path}' {problem}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TargetFileException($"{where}: {error.Message}");
        }
    }
}

/// <summary>The file can't be used; the message is one line for a person.</summary>
/// <param name="message">Which file and field, and what is wrong with it.</param>
public sealed class TargetFileException(string message) : Exception(message);

internal sealed record TargetFileContent(IReadOnlyList<TargetFileProduct?>? Products);

internal sealed record TargetFileProduct(string? ProductId, IReadOnlyList<string?>? Keys, IReadOnlyList<TargetFileDevice?>? Devices);

internal sealed record TargetFileDevice(string? DeviceId, IReadOnlyList<string?>? Keys);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(TargetFileContent))]
internal sealed partial class TargetFileJson : JsonSerializerContext;
