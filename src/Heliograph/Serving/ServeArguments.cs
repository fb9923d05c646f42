using System.Text.Json;
using Heliograph.Server.Hosting;
using Microsoft.Extensions.Configuration;

namespace Heliograph.Serving;

/// <summary>What <c>heliograph serve</c> was called with.</summary>
internal sealed record ServeArguments(string? Listen, string? Data, string? PublicUrl, string? ConfigFile, bool PrintConsoleLink)
{
    private const string EnvironmentPrefix = "HELIOGRAPH_";

    /// <summary>The settings: of the file, over them those of the environment, over them those of the command line.</summary>
    /// <exception cref="SettingsException">Something is wrong with them.</exception>
    public Settings ReadSettings()
    {
        var builder = new ConfigurationBuilder();
        if (ConfigFile is { } file)
            builder.AddJsonStream(new MemoryStream(ReadFile(file)));
        builder.AddEnvironmentVariables(EnvironmentPrefix);
        builder.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            [nameof(ServiceOptions.Listen)] = Listen,
            [nameof(ServiceOptions.Data)] = Data,
            [nameof(ServiceOptions.PublicUrl)] = PublicUrl,
        }.Where(pair => pair.Value is not null));
        return Settings.Read(Build(builder));
    }

    private static byte[] ReadFile(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SettingsException([$"--config: there is no file '{file}'"]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SettingsException([$"--config: the file '{file}' can't be read: {error.Message}"]);
        }
    }

    private IConfiguration Build(ConfigurationBuilder builder)
    {
        try
        {
            return builder.Build();
        }
        catch (Exception error) when (error is JsonException or InvalidDataException or FormatException)
        {
            var where = error.GetBaseException() is JsonException { LineNumber: { } line } ? $" at line {line + 1}" : "";
            throw new SettingsException([$"{ConfigFile}: is not a JSON object of settings{where}"]);
        }
    }
}
