using System.Data.Common;
using Heliograph.Server.Hosting;
using Npgsql;

namespace Heliograph.Registry.Postgres;

/// <summary>Reads connection strings as people write them. What is wrong with one is told without a word of it: it has a password in it.</summary>
internal static class PostgresConnection
{
    private const string Form = "must be a connection string (Host=…;Database=…;Username=…;Password=…) or a URL (postgres://user:password@host/database)";

    /// <summary>Reads a connection string or a URL. What it leaves open is chosen so that a server that is lost is noticed in seconds.</summary>
    /// <param name="name">What the text is called where it was written, for the error.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="SettingsException">It is neither.</exception>
    public static NpgsqlConnectionStringBuilder Read(string name, string text)
    {
        var connection = new NpgsqlConnectionStringBuilder
        {
            ApplicationName = "heliograph",
            // Seconds until a server that does not answer counts as lost: first for a connection, then for a command.
            Timeout = 3,
            CommandTimeout = 15,
            CancellationTimeout = 1000,
            // Of the server's 100, each node takes a part; who needs one more waits.
            MaxPoolSize = 30,
        };
        try
        {
            foreach (var (key, value) in IsUrl(text) ? ReadUrl(new(text.Trim())) : ReadKeywords(text))
                connection[key] = value;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            throw new SettingsException([$"{name} {Form}"]);
        }

        if (string.IsNullOrWhiteSpace(connection.Host))
            throw new SettingsException([$"{name} names no host: it {Form}"]);
        if (string.IsNullOrWhiteSpace(connection.Database))
            throw new SettingsException([$"{name} names no database: it {Form}"]);
        return connection;
    }

    /// <summary>Where a connection leads, for people.</summary>
    public static string Describe(NpgsqlConnectionStringBuilder connection) => $"{connection.Database} at {connection.Host}:{connection.Port}";

    private static bool IsUrl(string text) =>
        text.TrimStart().StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.TrimStart().StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<(string Key, string Value)> ReadKeywords(string text)
    {
        var pairs = new DbConnectionStringBuilder { ConnectionString = text };
        return pairs.Keys.Cast<string>().Select(key => (key, (string)pairs[key]));
    }

    private static IEnumerable<(string Key, string Value)> ReadUrl(Uri url)
    {
        if (url.Host.Length > 0)
            yield return ("Host", url.Host.Trim('[', ']'));
        if (url.Port > 0)
            yield return ("Port", url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (url.AbsolutePath.Length > 1)
            yield return ("Database", Uri.UnescapeDataString(url.AbsolutePath[1..]));
        var colon = url.UserInfo.IndexOf(':', StringComparison.Ordinal);
        if (url.UserInfo.Length > 0)
            yield return ("Username", Uri.UnescapeDataString(colon < 0 ? url.UserInfo : url.UserInfo[..colon]));
        if (colon >= 0)
            yield return ("Password", Uri.UnescapeDataString(url.UserInfo[(colon + 1)..]));
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                throw new FormatException();
            // What libpq calls sslmode, Npgsql calls SSL Mode, and so on for all that both know.
            yield return (Uri.UnescapeDataString(pair[..equals]).Replace("_", " ", StringComparison.Ordinal), Uri.UnescapeDataString(pair[(equals + 1)..]));
        }
    }
}
