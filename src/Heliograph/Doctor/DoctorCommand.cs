using System.CommandLine;
using Heliograph.Profiles;
using Heliograph.Protocol;
using Heliograph.Terminal;

namespace Heliograph.Doctor;

/// <summary><c>heliograph doctor URL</c>: walks the whole way that a peer walks, and says where it ends and what to do.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Timers take no more than some weeks, and nobody waits that long.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>How many calls it takes to make a product and a device, each with a key.</summary>
    private const int CallsOfIdentity = 4;

    private static readonly Argument<string> Url = new("URL") { Description = "The service's base URL, as SDKs are given it." };

    private static readonly Option<DeviceAddress?> Device = DeviceArgument.Option("--device", "Examine with this device instead of making one.");

    private static readonly Option<string?> DeviceKey = new("--device-key") { Description = "The device's private key (PEM), to connect as it.", HelpName = "FILE" };

    private static readonly Option<string?> ProductKey = new("--product-key") { Description = "The product's private key (PEM), to connect as an authorized client.", HelpName = "FILE" };

    private static readonly Option<bool> TakeOver = new("--take-over") { Description = "Open the device's socket even where the device is online: its own connection ends, and it reconnects." };

    private static readonly Option<TimeSpan?> Idle = Durations.Option("--idle", "Keep the sockets silent for so long, to find proxies that cut idle ones (90s is a good choice).", LongestWait);

    private static readonly Option<TimeSpan?> Wait = Durations.Option("--timeout", "How long a step waits for an answer (10s).", LongestWait);

    public static Command Create()
    {
        var command = new Command("doctor", "Walk the whole way that a peer walks, and say which step fails and what to do.")
        {
            Url, Device, DeviceKey, ProductKey, TakeOver, Idle, Wait, TargetOptions.ApiKey, TargetOptions.ApiKeyFile, TargetOptions.Profile,
        };
        command.Runs(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult result, Output output, CancellationToken cancellationToken)
    {
        if (!ServiceUrl.TryParse(result.GetValue(Url)!, out var url, out var problem))
            throw new CommandException(problem, ExitCodes.Usage);

        var options = new DoctorOptions(result.GetValue(Wait) ?? DefaultTimeout, result.GetValue(Idle), result.GetValue(TakeOver));
        var identity = IdentityOf(result, url, options, output);
        var steps = new List<StepReport>();
        await using var visit = new Visit(url, options, TimeProvider.System);
        await foreach (var step in Examination.WalkAsync(visit, identity, cancellationToken))
        {
            steps.Add(step);
            if (!output.IsJson)
                Report.Write(output.Screen, step);
        }

        if (output.IsJson)
            output.Json(ReportJson.Of(visit.BaseUrl, steps), DoctorJson.Default.ReportJson);
        else
            Report.WriteVerdict(output.Screen, steps);
        return visit.EndPoint is null ? ExitCodes.Unavailable : steps.Any(x => x.Finding.Outcome == Outcome.Failed) ? ExitCodes.Failed : ExitCodes.Succeeded;
    }

    /// <summary>Where the device to connect as comes from; null where there is none.</summary>
    private static Func<Task<Identity>>? IdentityOf(ParseResult result, Uri url, DoctorOptions options, Output output)
    {
        var (deviceKey, productKey) = (result.GetValue(DeviceKey), result.GetValue(ProductKey));
        if (result.GetValue(Device) is { } device)
        {
            // Read before the walk begins: what is wrong on the command line needs no walk.
            var identity = new Identity(
                device,
                deviceKey is null ? null : KeyFile.ReadPrivate(DeviceKey.Name, deviceKey),
                productKey is null ? null : KeyFile.ReadPrivate(ProductKey.Name, productKey),
                remove: null);
            return () => Task.FromResult(identity);
        }

        if (deviceKey is not null || productKey is not null)
            throw new CommandException($"{(deviceKey is null ? ProductKey.Name : DeviceKey.Name)} needs --device: whose key is it?", ExitCodes.Usage);
        return TargetOptions.FindApiKey(result, url) is { } apiKey
            ? () => TemporaryIdentity.MakeAsync(new(url, apiKey), options.Timeout * CallsOfIdentity, output.Note)
            : null;
    }
}
