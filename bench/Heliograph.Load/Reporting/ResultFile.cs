using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heliograph.Load.Readings;
using Heliograph.Load.Scenarios;

namespace Heliograph.Load.Reporting;

/// <summary>The whole run for programs: the table, and the rounds that its medians are of.</summary>
internal sealed record ResultFile(
    MachineFacts Machine,
    IReadOnlyDictionary<string, string> Runtime,
    Sizes Sizes,
    IReadOnlyList<ResultRow> Rows,
    IReadOnlyDictionary<string, ServerRounds> Rounds)
{
    // The file is read by people and programs, never by a browser: "<=" stays readable.
    private static readonly ResultJson Json = new(new JsonSerializerOptions(ResultJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public void Write(string file)
    {
        try
        {
            File.WriteAllText(file, JsonSerializer.Serialize(this, Json.ResultFile) + "\n");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LoadException($"can't write {file}", error);
        }
    }
}

/// <summary>How much was run: results of different sizes are not to be compared.</summary>
internal sealed record Sizes(
    bool Quick,
    bool Tls,
    int Pairs,
    int PayloadBytes,
    int Rate,
    int Launches,
    double SettleSeconds,
    int Rounds,
    double RoundSeconds,
    int Connects,
    int IdlePairs,
    int StormDevices,
    int StormRounds,
    int StormRate)
{
    public static Sizes Of(Settings settings) => new(
        settings.Quick,
        settings.Tls,
        settings.Pairs,
        settings.PayloadBytes,
        settings.Rate,
        settings.Launches,
        settings.SettleTime.TotalSeconds,
        settings.Rounds,
        settings.RoundTime.TotalSeconds,
        settings.Connects,
        settings.IdlePairs,
        settings.StormDevices,
        settings.StormRounds,
        settings.StormRate);
}

internal sealed record ResultRow(
    string Metric, string Unit, IReadOnlyDictionary<string, double?> Values, double? Ratio, string? Target, bool? Met)
{
    public static ResultRow Of(ReportRow row, IReadOnlyList<string> columns) => new(
        row.Metric,
        row.Unit,
        columns.Zip(row.Values).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal),
        row.Ratio,
        row.Target?.ToString(),
        row.IsMet);
}

internal sealed record ServerRounds(
    IReadOnlyList<RelayRound>? ClosedLoop,
    IReadOnlyList<RelayRound>? OpenLoop,
    IReadOnlyList<ConnectRound>? Connects,
    IReadOnlyList<ConnectRound>? ConnectsOnOneConnection,
    IReadOnlyList<IdleRound>? Idle,
    IReadOnlyList<StormRound>? Storm)
{
    public static ServerRounds Of(ServerResults results) =>
        new(results.ClosedLoop?.Rounds, results.OpenLoop?.Rounds, results.Connects, results.ConnectsOnOneConnection, results.Idle, results.Storm);
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ResultFile))]
internal sealed partial class ResultJson : JsonSerializerContext;
