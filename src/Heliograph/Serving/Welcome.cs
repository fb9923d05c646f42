using Heliograph.Server.Hosting;

namespace Heliograph.Serving;

/// <summary>The lines that tell a newcomer what to do next.</summary>
internal static class Welcome
{
    public static async Task WriteAsync(TextWriter output, string address, Settings settings, DataFolder folder, bool printConsoleLink)
    {
        var url = (settings.Service.PublicUrl ?? Reachable(address, settings)).TrimEnd('/');
        var signIn = printConsoleLink && folder.ReadApiKey() is { } key ? $"/sign-in#key={key}" : "";
        var console = settings.Console.IsEnabled ? $"{url}/console{signIn}" : "(switched off)";
        await output.WriteLineAsync(
            $"""

            Heliograph is running.
              Base URL   {url}
              Console    {console}
              API key    {(File.Exists(folder.ApiKeyFile) ? Path.GetFullPath(folder.ApiKeyFile)
                            : settings.Registry.Postgres is null ? "(its file was removed)"
                            : "(in the data folder of the node that started first)")}
              API        {url}/openapi/v1.json
              Stop       Ctrl+C

            """);
        await output.FlushAsync();
    }

    /// <summary>The address as a browser on this machine takes it.</summary>
    private static string Reachable(string address, Settings settings)
    {
        var port = new Uri(address).Port;
        var configured = new Uri(settings.Service.ListenUrls[0]);
        var host = configured.Host is "0.0.0.0" or "[::]" ? "localhost" : configured.Host;
        return $"{configured.Scheme}://{host}:{port}";
    }
}
