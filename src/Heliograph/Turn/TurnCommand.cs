using System.CommandLine;
using System.Net;
using Heliograph.Management;
using Heliograph.Profiles;
using Heliograph.Terminal;

namespace Heliograph.Turn;

/// <summary><c>heliograph turn</c>: what runs beside a TURN server.</summary>
internal static class TurnCommand
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(5);

    public static Command Create() => new("turn", "Count what a TURN server relays.") { CreateReport() };

    private static Command CreateReport()
    {
        var listen = new Option<string>("--listen")
        {
            Description = "The address for coturn's redis-statsdb (127.0.0.1:6380). Port 0 takes a free one.",
            HelpName = "HOST:PORT",
            DefaultValueFactory = _ => "127.0.0.1:6380",
        };
        var password = new Option<string>("--password-file") { Description = "A file with the password that redis-statsdb has.", HelpName = "FILE", Required = true };
        var state = new Option<string>("--state") { Description = "A file to keep what is not reported yet in.", HelpName = "FILE", Required = true };
        var interval = Durations.Option("--interval", "How often to report (5s).", TimeSpan.FromHours(1));

        var command = new Command(
            "report",
            "Run beside coturn: take its traffic statistics, as the Redis that its redis-statsdb names, and report the bytes of each device to the service.")
        {
            listen, password, state, interval,
        };
        TargetOptions.AddTo(command);
        command.Runs(async (result, output, cancellationToken) =>
        {
            if (!IPEndPoint.TryParse(result.GetValue(listen)!, out var endPoint) || !result.GetValue(listen)!.Contains(':', StringComparison.Ordinal))
                throw new CommandException($"{listen.Name}: '{result.GetValue(listen)}' is not an address and a port, such as 127.0.0.1:6380", ExitCodes.Usage);
            var target = TargetOptions.Read(result);
            using var file = ReportFile.Open(result.GetRequiredValue(state), state.Name);
            using var client = new ManagementClient(target);
            var book = new TrafficBook(file.Read(), TimeProvider.System);
            await using var server = StatisticsServer.Listen(endPoint, ReadPassword(result.GetRequiredValue(password), password.Name), book.Hear);
            output.Note($"Listening for coturn on {server.EndPoint}. Reporting to {ServiceUrl.Text(target.Url)} as {book.Reporter}.");
            await new TurnReporter(book, file, client, output).RunAsync(result.GetValue(interval) ?? DefaultInterval, cancellationToken);
        });
        return command;
    }

    private static string ReadPassword(string path, string option)
    {
        var password = TextFile.Read(option, path).Trim();
        return password.Length > 0 && !password.Any(char.IsWhiteSpace)
            ? password
            : throw new CommandException($"{option}: the file '{path}' must have one word, the password");
    }
}
