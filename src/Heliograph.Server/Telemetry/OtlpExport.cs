using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Heliograph.Server.Telemetry;

/// <summary>Pushes metrics by OTLP, where an endpoint is configured.</summary>
internal sealed class OtlpExport(IOptions<TelemetryOptions> options) : IHostedService
{
    private const string HttpPath = "/v1/metrics";

    private MeterProvider? _provider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.OtlpEndpoint is not { } endpoint)
            return Task.CompletedTask;

        _provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService("heliograph"))
            .AddMeter(MeterName.Value, "System.Runtime")
            .AddOtlpExporter((exporter, reader) =>
            {
                exporter.Endpoint = new(endpoint);
                // The path tells the two ways of OTLP apart: gRPC has none, HTTP the one that its specification gives.
                exporter.Protocol = endpoint.EndsWith(HttpPath, StringComparison.Ordinal) ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.Value.OtlpInterval.TotalMilliseconds;
            })
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _provider?.Dispose();
        return Task.CompletedTask;
    }
}
