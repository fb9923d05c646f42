using System.Text;
using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Heliograph.Server.Management;
using Heliograph.Server.Management.Import;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Server.Console.Devices;

/// <summary>
/// A CSV file that a person wants to import. Between the preview and the import it is in the page, not here: so nothing is lost that somebody still
/// looks at, and what is imported is checked once more.
/// </summary>
/// <param name="Content">The file's text in UTF-8 and base64, in which no browser changes a line end.</param>
/// <param name="Devices">The devices of the lines that nothing is wrong with.</param>
/// <param name="Problems">All that is wrong.</param>
internal sealed record ImportUpload(string Content, IReadOnlyList<ImportDevice> Devices, IReadOnlyList<ImportProblem> Problems)
{
    /// <summary>In base64 it must not be more than a field of a form may be, 4 MiB.</summary>
    public const int MaxSize = 3_000_000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads an uploaded file.</summary>
    /// <exception cref="ApiException">400: there is none, or nothing of it can be read.</exception>
    public static async Task<ImportUpload> ReadAsync(IFormFile? file, CancellationToken cancellationToken)
    {
        if (file is not { Length: > 0 })
            throw FieldRules.Problem("File", "choose a file that is not empty");
        if (file.Length > MaxSize)
            throw FieldRules.Problem("File", $"has {file.Length:N0} bytes; {MaxSize:N0} are allowed. Split it");

        var bytes = new byte[file.Length];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return Read(ToText(bytes));
    }

    /// <summary>Reads the file that a preview sends back.</summary>
    /// <exception cref="ApiException">400: it is not one.</exception>
    public static ImportUpload Read(byte[] content) =>
        content.Length <= MaxSize ? Read(ToText(content)) : throw FieldRules.Problem("File", "is too large");

    /// <summary>The same without the devices whose IDs are taken; they are problems.</summary>
    public ImportUpload Without(IReadOnlySet<DeviceId> taken) => this with
    {
        Devices = [.. Devices.Where(x => !taken.Contains(x.Id))],
        Problems =
        [
            .. Problems
                .Concat(Devices.Where(x => taken.Contains(x.Id)).Select(x => new ImportProblem(x.Line, $"deviceId: there is a device '{x.Id}' already")))
                .OrderBy(x => x.Line),
        ],
    };

    private static ImportUpload Read(string text)
    {
        var check = new ImportCheck(commonTags: null, ReadKey);
        var tooMany = new List<ImportProblem>();
        var count = 0;
        using var reader = new StringReader(text);
        foreach (var row in ImportCsv.Read(reader, firstLine: 1))
        {
            if (++count > FieldRules.MaxBatch)
            {
                tooMany.Add(new(row.Line, $"is one too many: {FieldRules.MaxBatch:N0} devices can be imported at once. This line and all behind it are left out"));
                break;
            }

            check.Add(row);
        }

        if (count == 0)
            throw FieldRules.Problem("File", "has no devices in it");
        return new(Convert.ToBase64String(StrictUtf8.GetBytes(text)), check.Devices, [.. check.Problems, .. tooMany]);
    }

    private static byte[]? ReadKey(string text, out string problem)
    {
        problem = ImportKey.TryRead(text, out var key, out var wrong) ? "" : wrong;
        return key;
    }

    private static string ToText(byte[] bytes)
    {
        var encoding = bytes switch
        {
            [0xFF, 0xFE, ..] => Encoding.Unicode,
            [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,
            _ => StrictUtf8,
        };
        try
        {
            var text = encoding.GetString(bytes).TrimStart('\uFEFF');
            return text.Contains('\0', StringComparison.Ordinal) ? throw FieldRules.Problem("File", "is not a text file") : text;
        }
        catch (DecoderFallbackException wrong)
        {
            var line = 1 + bytes.AsSpan(0, Math.Clamp(wrong.Index, 0, bytes.Length)).Count((byte)'\n');
            throw FieldRules.Problem("File", $"line {line:N0} is not UTF-8. Save it as 'CSV UTF-8'");
        }
    }
}
