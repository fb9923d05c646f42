using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Heliograph.Backplane.RabbitMq;
using Heliograph.Registry.Sqlite;
using Heliograph.Server.Connect;
using Heliograph.Server.Hosting;
using Heliograph.Server.Ice;
using Heliograph.Server.Live;
using Heliograph.Server.Regions;
using Heliograph.Server.Relay;
using Heliograph.Server.Telemetry;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Heliograph.Docs.Tests;

/// <summary>The table of metrics in docs/operations.md against the code and a live <c>/metrics</c>.</summary>
public sealed partial class MetricsTests
{
    [Fact]
    public async Task Table_OfMetrics_HasEachOfTheCodeWithTypeAndLabels()
    {
        var instruments = new HashSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == MeterName.Value)
                instruments.Add(instrument.Name);
        };
        listener.Start();
        var live = await ReadLiveAsync();

        var rows = Markdown.Table(Repository.Read("docs/operations.md"), "Metrics");

        rows.Select(row => $"{Markdown.Code(row[0])}, {row[1]}, {string.Join(' ', Words().Matches(row[2]).Select(x => x.Value))}").Order()
            .ShouldBe(live.Order());
        live.Count.ShouldBe(instruments.Count, "Each instrument is to be recorded once here, so that /metrics shows it.");
    }

    /// <summary>Name, type and labels of each metric that a service shows once everything has happened that is measured.</summary>
    private static async Task<IReadOnlyList<string>> ReadLiveAsync()
    {
        var settings = Settings.Defaults;
        settings.Service.Listen = "http://127.0.0.1:0";
        using var folder = new TempFolder();
        var app = HeliographService.Build(
            settings,
            services =>
            {
                SqliteRegistry.Add(services, folder.PathOf("heliograph.db"));
                services.AddSingleton<RabbitMqMetrics>();
            },
            builder => builder.Logging.ClearProviders());
        try
        {
            await HeliographService.StartAsync(app, CancellationToken.None);
            var relay = app.Services.GetRequiredService<RelayMetrics>();
            relay.Opened(Role.Device);
            relay.Closed(Role.Device, EndReason.Lost);
            relay.Undeliverable(Role.Client);
            relay.Ignored(IgnoredCause.Binary);
            relay.OutboxOverflowed();
            relay.IdentityConflict();
            app.Services.GetRequiredService<LiveMetrics>().EventDropped();
            var cluster = app.Services.GetRequiredService<RabbitMqMetrics>();
            cluster.Sent(SendOutcome.Taken, TimeSpan.FromMilliseconds(1));
            cluster.NodeLost();
            var regions = app.Services.GetRequiredService<RegionMetrics>();
            regions.Called("us", "answered");
            regions.TunnelOpened("us");
            app.Services.GetRequiredService<TurnMetrics>().Reported(1, isKnown: true);
            app.Services.GetRequiredService<ConnectMetrics>().Answered("ice-servers", "OK", TimeSpan.FromMilliseconds(1));

            using var http = new HttpClient();
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            var text = await http.GetStringAsync(new Uri($"{address}/metrics"));
            return [.. Types().Matches(text).Select(x => Describe(text, x.Groups["name"].Value, x.Groups["type"].Value))];
        }
        finally
        {
            await app.StopAsync();
            await app.DisposeAsync();
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        }
    }

    private static string Describe(string text, string name, string type)
    {
        var series = Regex.Match(text, $$"""^{{name}}(_count)?(\{(?<labels>.*)\})? """, RegexOptions.Multiline | RegexOptions.ExplicitCapture);
        var labels = LabelName().Matches(series.Groups["labels"].Value).Select(x => x.Groups["name"].Value);
        return $"{name}, {type}, {string.Join(' ', labels)}";
    }

    [GeneratedRegex("^# TYPE (?<name>heliograph_[a-z_]+) (?<type>[a-z]+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Types();

    [GeneratedRegex("(?<name>[a-z_]+)=\"", RegexOptions.ExplicitCapture)]
    private static partial Regex LabelName();

    [GeneratedRegex("(?<=`)[a-z_]+(?=`)")]
    private static partial Regex Words();
}
