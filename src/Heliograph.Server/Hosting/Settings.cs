using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Heliograph.Server.Backplane;
using Heliograph.Server.Connect;
using Heliograph.Server.Console;
using Heliograph.Server.Console.SignIn.OpenId;
using Heliograph.Server.Ice;
using Heliograph.Server.Live;
using Heliograph.Server.Regions;
using Heliograph.Server.Registry;
using Heliograph.Server.Relay;
using Heliograph.Server.Telemetry;
using Heliograph.Server.Tokens;
using Microsoft.Extensions.Configuration;

namespace Heliograph.Server.Hosting;

/// <summary>
/// All settings, read from a configuration at the start and checked at once: a value of the wrong type, one out of its bounds and a
/// key that does not exist are all told together, each by its key.
/// </summary>
internal sealed class Settings
{
    private Settings()
    {
    }

    public ServiceOptions Service { get; } = new();
    public ConnectOptions Connect { get; } = new();
    public TokenOptions Tokens { get; } = new();
    public RateLimitOptions RateLimits { get; } = new();
    public RelayOptions Relay { get; } = new();
    public ClusterOptions Cluster { get; } = new();
    public IceOptions Ice { get; } = new();
    public LiveOptions Live { get; } = new();
    public RegistryOptions Registry { get; } = new();
    public RegionsOptions Regions { get; } = new();
    public ConsoleOptions Console { get; } = new();
    public OpenIdOptions OpenId { get; } = new();
    public TelemetryOptions Telemetry { get; } = new();
    public LoggingOptions Logging { get; } = new();

    /// <summary>Settings as they are where nothing is configured.</summary>
    public static Settings Defaults => new();

    /// <summary>Each options object with the section that it is read from; the service's own is the root.</summary>
    public IEnumerable<(string Section, object Options, IEnumerable<string> Problems)> Sections =>
    [
        ("", Service, Service.Validate()),
        (nameof(Connect), Connect, Connect.Validate()),
        (nameof(Tokens), Tokens, Tokens.Validate()),
        (nameof(RateLimits), RateLimits, RateLimits.Validate()),
        (nameof(Relay), Relay, Relay.Validate()),
        (nameof(Cluster), Cluster, Cluster.Validate()),
        (nameof(Ice), Ice, Ice.Validate()),
        (nameof(Live), Live, Live.Validate()),
        (nameof(Registry), Registry, Registry.Validate()),
        (nameof(Regions), Regions, Regions.Validate(Registry.Region)),
        (nameof(Console), Console, Console.Validate()),
        (nameof(OpenId), OpenId, OpenId.Validate()),
        (nameof(Telemetry), Telemetry, Telemetry.Validate()),
        (nameof(Logging), Logging, LoggingOptions.Validate()),
    ];

    /// <summary>Reads and checks settings.</summary>
    /// <exception cref="SettingsException">Something is wrong with them.</exception>
    public static Settings Read(IConfiguration configuration)
    {
        var settings = new Settings();
        var problems = new List<string>();
        var known = new Dictionary<string, Type>(StringComparer.OrdinalIgnoreCase);
        foreach (var (section, options, _) in settings.Sections)
            Fill(section, options);

        foreach (var (section, _, found) in settings.Sections)
            problems.AddRange(found.Select(problem => KeyOf(section, problem)));

        problems.AddRange(
            from pair in configuration.AsEnumerable()
            where pair.Value is not null && !known.ContainsKey(pair.Key) && !IsItem(pair.Key) && !IsServiceLink(pair.Key)
            select $"{pair.Key} is not a setting");
        return problems.Count == 0 ? settings : throw new SettingsException(problems);

        void Fill(string section, object options)
        {
            foreach (var property in PropertiesOf(options))
            {
                var value = configuration.GetSection(KeyOf(section, property));
                known.Add(value.Path, property.PropertyType);
                if (ItemTypeOf(property.PropertyType) is { } type)
                    FillList((IList)property.GetValue(options)!, type, value);
                else
                    Set(options, property, value, problems);
            }
        }

        void FillList(IList list, Type type, IConfigurationSection value)
        {
            if (value.Value is { Length: > 0 } text)
                problems.Add($"{value.Path} must be a list of objects, and '{text}' is none");
            // A text where an object must be is told below, as a key that is no setting.
            foreach (var item in ItemsOf(value).Where(x => x.Value is null))
            {
                if (item.Key != list.Count.ToString(CultureInfo.InvariantCulture))
                    problems.Add($"{item.Path} must be numbered from 0 without a gap: there is no {value.Path}:{list.Count}");
                var options = Activator.CreateInstance(type)!;
                list.Add(options);
                Fill(item.Path, options);
            }
        }

        bool IsItem(string key) =>
            key.LastIndexOf(':') is > 0 and var colon && int.TryParse(key.AsSpan(colon + 1), out _)
            && known.GetValueOrDefault(key[..colon]) == typeof(IList<string>);
    }

    /// <summary>
    /// Whether this is what Kubernetes puts into the environment of every container next to a Service that is named heliograph:
    /// HELIOGRAPH_SERVICE_HOST, HELIOGRAPH_PORT, HELIOGRAPH_PORT_8080_TCP and the like. Nobody wrote it to set anything.
    /// </summary>
    private static bool IsServiceLink(string key) =>
        key.StartsWith("SERVICE_HOST", StringComparison.Ordinal) || key.StartsWith("SERVICE_PORT", StringComparison.Ordinal)
        || key == "PORT" || key.StartsWith("PORT_", StringComparison.Ordinal);

    /// <summary>The settings of an options object.</summary>
    public static IEnumerable<PropertyInfo> PropertiesOf(object options) =>
        options.GetType().GetProperties().Where(x => x.CanWrite || x.PropertyType == typeof(IList<string>) || ItemTypeOf(x.PropertyType) is not null);

    /// <summary>What a list of objects with settings of their own has in it; null for every other kind of setting.</summary>
    public static Type? ItemTypeOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IList<>) && type.GenericTypeArguments[0] is var item && item != typeof(string) ? item : null;

    /// <summary>The configuration key of a setting.</summary>
    public static string KeyOf(string section, PropertyInfo property) => KeyOf(section, property.Name);

    private static string KeyOf(string section, string name) => section.Length == 0 ? name : $"{section}:{name}";

    private static void Set(object options, PropertyInfo property, IConfigurationSection value, List<string> problems)
    {
        if (property.GetValue(options) is IList<string> list)
        {
            // A list, or where the source knows only texts, one text with commas.
            var items = value.Value is { } text
                ? text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                : ItemsOf(value).Select(x => x.Value ?? "");
            foreach (var item in items)
                list.Add(item);
            return;
        }

        if (value.Value is not { Length: > 0 } given)
            return;

        try
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            // The converter takes any number for an enum, and several names with commas.
            if (type.IsEnum && !Enum.GetNames(type).Contains(given, StringComparer.OrdinalIgnoreCase))
                throw new FormatException();
            property.SetValue(options, TypeDescriptor.GetConverter(type).ConvertFromString(null, CultureInfo.InvariantCulture, given));
        }
        catch (Exception error) when (error is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            problems.Add($"{value.Path} must be {KindOf(property.PropertyType)}, and '{given}' is none");
        }
    }

    private static IEnumerable<IConfigurationSection> ItemsOf(IConfigurationSection list) =>
        list.GetChildren().OrderBy(x => int.TryParse(x.Key, out var i) ? i : 0);

    /// <summary>What a setting is, in words.</summary>
    public static string KindOf(Type type) =>
        type == typeof(TimeSpan) ? "a time span such as 00:00:30"
        : type == typeof(int) ? "a whole number"
        : type == typeof(bool) ? "true or false"
        : type == typeof(IList<string>) ? "a list of texts"
        : ItemTypeOf(type) is not null ? "a list of objects"
        : type.IsEnum ? "one of " + string.Join(", ", Enum.GetNames(type))
        : "a text";
}
