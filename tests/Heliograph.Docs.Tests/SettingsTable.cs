using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Heliograph.Server.Hosting;

namespace Heliograph.Docs.Tests;

/// <summary>The tables of docs/configuration.md, made from the options and their doc comments.</summary>
internal static partial class SettingsTable
{
    private static readonly Dictionary<string, XElement> Summaries = XDocument
        .Load(Path.Combine(AppContext.BaseDirectory, "Heliograph.Server.xml"))
        .Descendants("member")
        .Where(member => member.Element("summary") is not null)
        .ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")!, StringComparer.Ordinal);

    public static string Write()
    {
        var text = new StringBuilder();
        foreach (var (section, options, _) in Settings.Defaults.Sections)
        {
            text.Append($"\n### {(section.Length == 0 ? "Service" : section)}\n\n{Summary(options.GetType())}\n\n");
            text.Append("| Key | Default | Kind | Meaning |\n|---|---|---|---|\n");
            Append(text, section, options);
        }

        return text.Append('\n').ToString();
    }

    private static void Append(StringBuilder text, string section, object options)
    {
        foreach (var property in Settings.PropertiesOf(options))
        {
            var key = Settings.KeyOf(section, property);
            text.Append($"| `{key}` | {Default(property.GetValue(options))} | {Kind(property.PropertyType)} | {Summary(property)} |\n");
            if (Settings.ItemTypeOf(property.PropertyType) is { } item)
                Append(text, $"{key}:0", Activator.CreateInstance(item)!);
        }
    }

    private static string Default(object? value) => value switch
    {
        null or System.Collections.ICollection { Count: 0 } => "none",
        TimeSpan time => $"`{time.ToString("c", CultureInfo.InvariantCulture)}`",
        bool flag => flag ? "`true`" : "`false`",
        _ => string.Create(CultureInfo.InvariantCulture, $"`{value}`"),
    };

    /// <summary>The kind in the words of the service's own messages, without the article and the example.</summary>
    private static string Kind(Type type) => Around().Replace(Settings.KindOf(type), "");

    private static string Summary(MemberInfo member)
    {
        var id = member is Type type ? $"T:{type.FullName}" : $"P:{member.DeclaringType!.FullName}.{member.Name}";
        Summaries.ShouldContainKey(id, $"{id} has no summary.");
        var words = string.Concat(Summaries[id].Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement { Name.LocalName: "see" } see => $"`{see.Attribute("cref")!.Value.Split('.')[^1]}`",
            _ => node.ToString(),
        }));
        return WhiteSpace().Replace(words, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    [GeneratedRegex("^an? | such as .*$")]
    private static partial Regex Around();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
