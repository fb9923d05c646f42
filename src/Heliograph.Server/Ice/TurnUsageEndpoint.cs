using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Server.Hosting;
using Heliograph.Server.Management;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Ice;

/// <summary>Takes the reports of TURN servers: <c>heliograph turn report</c> sends them.</summary>
internal sealed partial class TurnUsageEndpoint(TurnUsageStore store, TurnMetrics metrics, IOptions<RegistryOptions> options, ILogger<TurnUsageEndpoint> logger)
{
    private const int MaxDevices = 10_000;
    private const int MaxBody = 2 * 1024 * 1024;

    /// <summary>More than any machine relays between two reports; the sum of as many as a report may have still fits, with room to spare.</summary>
    private const long MaxBytes = 1L << 46;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/v1/webrtc/turn-usage", (HttpContext http, TurnUsageEndpoint endpoint) => endpoint.CountAsync(http))
            .AddEndpointFilter(Caller.RequireReportKey)
            .WithTags("Usage")
            .Describe<TurnUsageReport, TurnUsageAnswer>(
                "reportTurnUsage",
                "Report what a TURN server has relayed",
                "Needs an API key of the operator's organization with the scope report. A report that is sent again with the same number is not counted again.");

    private async Task<IResult> CountAsync(HttpContext http)
    {
        // TURN servers relay for the devices of all organizations.
        if (Caller.Of(http).Organization != options.Value.OperatorOrganization)
            throw ApiException.AccessDenied("Only the operator's organization may report what TURN servers have relayed.");

        var body = await RequestBody.ReadAsync(http, ProtocolJson.Default.TurnUsageReport, MaxBody);
        if (body.Reporter is not { Length: >= 16 and <= 64 } reporter || !reporter.All(char.IsAsciiLetterOrDigit))
            throw FieldRules.Problem("reporter", "must be 16 to 64 letters and digits");
        if (body.Sequence is not >= 1)
            throw FieldRules.Problem("sequence", "must be 1 or more");
        if (body.Usage is not { Count: <= MaxDevices } usage)
            throw FieldRules.Problem("usage", $"must be a list of at most {MaxDevices} devices");

        var (bytes, strangers) = Sum(usage);
        var counted = await store.CountAsync(reporter, body.Sequence.Value, bytes, http.RequestAborted);
        if (counted is null)
            return ManagementApi.Json(new TurnUsageAnswer(0, 0));

        var known = counted.Sum(device => bytes[device]);
        var unknown = bytes.Count - counted.Count + strangers.Devices;
        metrics.Reported(known, isKnown: true);
        metrics.Reported(bytes.Values.Sum() - known + strangers.Bytes, isKnown: false);
        if (unknown > 0)
            LogUnknown(logger, reporter, unknown);
        return ManagementApi.Json(new TurnUsageAnswer(counted.Count, unknown));
    }

    /// <summary>The bytes of each device, and what has no device's ID.</summary>
    private static (Dictionary<DeviceAddress, long> Bytes, (int Devices, long Bytes) Strangers) Sum(IReadOnlyList<TurnDeviceUsage?> usage)
    {
        var sums = new Dictionary<DeviceAddress, long>();
        var strangers = (Devices: 0, Bytes: 0L);
        for (var i = 0; i < usage.Count; i++)
        {
            if (usage[i]?.Bytes is not (>= 0 and <= MaxBytes and var bytes))
                throw FieldRules.Problem($"usage[{i}].bytes", $"must be from 0 to {MaxBytes}");
            if (!ProductId.TryParse(usage[i]!.ProductId, out var product) || !DeviceId.TryParse(usage[i]!.DeviceId, out var device))
                strangers = (strangers.Devices + 1, strangers.Bytes + bytes);
            else if (!sums.TryAdd(new(product, device), bytes))
                throw FieldRules.Problem($"usage[{i}]", "is about a device that is in the list before");
        }

        return (sums, strangers);
    }

    [LoggerMessage(LogLevel.Warning, "The TURN server's reporter {Reporter} reports bytes of {Count} devices that are not here; they are not counted")]
    private static partial void LogUnknown(ILogger logger, string reporter, int count);
}
