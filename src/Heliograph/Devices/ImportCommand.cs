using System.CommandLine;
using System.Text.Json.Serialization;
using Heliograph.Management;
using Heliograph.Protocol;
using Heliograph.Server.Management.Import;
using Heliograph.Terminal;

namespace Heliograph.Devices;

/// <summary><c>heliograph device import</c>.</summary>
internal static class ImportCommand
{
    private const int MostProblemsTold = 100;

    public static Command Create()
    {
        var product = ProductArgument.Create();
        var file = new Argument<string>("FILE") { Description = "CSV with a heading line, JSON lines, or device IDs alone, one a line; - is standard input." };
        var tags = TagOption.Create("A tag of every device. May be given several times.");
        var resume = new Option<bool>("--resume")
        {
            Description = "Go on with an import that was interrupted: devices that exist are not created again; their keys, names and tags are set.",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Check everything and say what would be done, but do nothing." };
        return new Command("import", "Create devices with IDs, keys, names and tags of your own, from a file. Nothing is done where a line is bad.")
        {
            product, file, tags, resume, dryRun,
        }.Manages(async (result, client, output, cancellationToken) =>
        {
            var (path, common) = (result.GetRequiredValue(file), result.GetValue(tags));
            var source = ImportFile.Read(path, common);
            var provisioning = new Provisioning(client, result.GetValue(product), common, output);
            var existing = await provisioning.FindExistingAsync(source.Devices.Select(x => x.Id).ToHashSet(), cancellationToken);
            var problems = source.Problems.ToList();
            if (!result.GetValue(resume))
                problems.AddRange(source.FindTaken(existing.Keys.ToHashSet()));
            Refuse(problems, path, output);

            var missing = source.Devices.Where(x => !existing.ContainsKey(x.Id)).ToList();
            var summary = result.GetValue(dryRun)
                ? Preview(source.Devices, missing.Count)
                : await RunAsync(provisioning, source.Devices, missing, output, cancellationToken);
            Write(summary, output);
        });
    }

    /// <summary>Tells all that is wrong with the file.</summary>
    private static void Refuse(List<ImportProblem> problems, string path, Output output)
    {
        if (problems.Count == 0)
            return;
        var name = path == "-" ? "standard input" : path;
        foreach (var (line, text) in problems.OrderBy(x => x.Line).Take(MostProblemsTold))
            output.Error($"{name}:{line}: {text}");
        var untold = problems.Count > MostProblemsTold ? $" ({Wording.Number(problems.Count - MostProblemsTold)} more than are told here)" : "";
        throw new CommandException($"{Wording.Count(problems.Count, "problem")} in {name}{untold}; nothing was done");
    }

    private static ImportSummary Preview(IReadOnlyList<NewDevice> devices, int created) => new(
        devices.Count,
        created,
        devices.Count - created,
        devices.Sum(x => x.PublicKeys.Count),
        devices.Count(x => x.Name is not null || x.Tags is not null),
        DryRun: true);

    private static async Task<ImportSummary> RunAsync(
        Provisioning provisioning, IReadOnlyList<NewDevice> devices, List<NewDevice> missing, Output output, CancellationToken cancellationToken)
    {
        try
        {
            await provisioning.CreateAsync(missing, cancellationToken);
            var keys = await provisioning.AddKeysAsync(devices, cancellationToken);
            var changed = await provisioning.SetNamesAndTagsAsync(devices, cancellationToken);
            return new(devices.Count, missing.Count, devices.Count - missing.Count, keys, changed, DryRun: false);
        }
        catch (Exception error) when (error is CommandException or OperationCanceledException)
        {
            output.Note("Not all was done. The same command with --resume goes on from here.");
            throw;
        }
    }

    private static void Write(ImportSummary summary, Output output)
    {
        if (output.IsJson)
        {
            output.Json(summary, ImportJson.Default.ImportSummary);
            return;
        }

        var (created, added, set) = summary.DryRun ? ("Would create", "would add", "would set") : ("Created", "added", "set");
        output.Note(
            $"{created} {Wording.Count(summary.Created, "device")}{(summary.Existing > 0 ? $" ({Wording.Number(summary.Existing)} existed)" : "")}, "
            + $"{added} {Wording.Count(summary.Keys, "key")}, {set} names or tags of {Wording.Count(summary.NamesAndTags, "device")}.");
    }
}

/// <summary>What an import did, or would do.</summary>
/// <param name="Devices">Devices in the file.</param>
/// <param name="Created">Those that were created.</param>
/// <param name="Existing">Those that existed.</param>
/// <param name="Keys">Keys that were sent; those that were there already stay.</param>
/// <param name="NamesAndTags">Devices whose own name or tags were set.</param>
/// <param name="DryRun">Whether nothing was done.</param>
internal sealed record ImportSummary(int Devices, int Created, int Existing, int Keys, int NamesAndTags, bool DryRun);

/// <summary>JSON of <c>device import</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ImportSummary))]
internal sealed partial class ImportJson : JsonSerializerContext;
