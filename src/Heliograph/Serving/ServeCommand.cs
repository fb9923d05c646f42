using System.CommandLine;

namespace Heliograph.Serving;

/// <summary><c>heliograph serve</c>: its options.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var listen = new Option<string?>("--listen") { Description = "The URL to listen on (http://localhost:8080). Port 0 takes a free one.", HelpName = "URL" };
        var data = new Option<string?>("--data") { Description = "The data folder (./data).", HelpName = "DIR" };
        var publicUrl = new Option<string?>("--public-url") { Description = "What peers reach the service by; signaling URLs are built from it.", HelpName = "URL" };
        var config = new Option<string?>("--config") { Description = "A JSON file with settings; see docs/configuration.md.", HelpName = "FILE" };
        var consoleLink = new Option<bool>("--console-link") { Description = "Print a link to the console that signs in with the API key. For a laptop, not where output is logged." };

        var command = new Command("serve", "Run the service.") { listen, data, publicUrl, config, consoleLink };
        command.SetAction((result, _) => Serve.RunAsync(
            new(result.GetValue(listen), result.GetValue(data), result.GetValue(publicUrl), result.GetValue(config), result.GetValue(consoleLink))));
        return command;
    }
}
