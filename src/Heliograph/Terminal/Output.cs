using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Heliograph.Terminal;

/// <summary>
/// What a command tells: results on standard output, as tables for people or JSON for scripts, everything else on standard error, so
/// that results can be piped. Colours only on a terminal, and none where NO_COLOR is set (https://no-color.org).
/// </summary>
internal sealed partial class Output
{
    /// <summary>An option of every command.</summary>
    public static readonly Option<bool> JsonOption = new("--json") { Description = "Print JSON, for scripts.", Recursive = true };

    /// <summary>Wide enough for every table: what is piped is not to be broken into lines for a screen that is not there.</summary>
    private const int WidthOfPipe = 10_000;

    private readonly TextWriter _results;
    private readonly TextWriter _notes;

    public Output(TextWriter results, TextWriter notes, bool json)
    {
        _results = results;
        _notes = notes;
        IsJson = json;
        Screen = CreateConsole(results, Console.IsOutputRedirected);
        Notes = CreateConsole(notes, Console.IsErrorRedirected);
    }

    /// <summary>Whether results are to be JSON.</summary>
    public bool IsJson { get; }

    /// <summary>Standard output, for people.</summary>
    public IAnsiConsole Screen { get; }

    /// <summary>Standard error, for progress.</summary>
    public IAnsiConsole Notes { get; }

    /// <summary>Writes a result as JSON: one indented document.</summary>
    public void Json<T>(T value, JsonTypeInfo<T> type)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, type);
        using var document = JsonDocument.Parse(bytes);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            document.WriteTo(writer);
        _results.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }

    /// <summary>Writes a line of the result as it is.</summary>
    public void Line(string text = "") => _results.WriteLine(text);

    /// <summary>Writes a piece of the result as it is.</summary>
    public void Text(string text) => _results.Write(text);

    /// <summary>Writes rows under their headings; nothing but the headings where there are none.</summary>
    public void Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows) => WriteTop(headings, [.. rows]);

    /// <summary>Writes what something is: a name and a value a line. What has no value is told as a hyphen.</summary>
    public void Facts(IEnumerable<(string Name, string Value)> facts)
    {
        var all = facts.ToList();
        var width = all.Max(fact => fact.Name.Length);
        foreach (var (name, value) in all)
        {
            Screen.Markup($"[bold]{Markup.Escape(name.PadRight(width))}[/]{BetweenColumns}");
            _results.WriteLine(value.Length == 0 ? "-" : Printable(value));
        }
    }

    /// <summary>Tells a person something that is no result.</summary>
    public void Note(string text) => _notes.WriteLine(Printable(text));

    /// <summary>Tells what is wrong, in one line.</summary>
    public void Error(string text) => _notes.WriteLine($"heliograph: {Printable(text)}");

    /// <summary>
    /// The text without control characters: what a service or a file says must not command the terminal that it is shown on. Line ends,
    /// too, since all that is told is a line or a cell.
    /// </summary>
    public static string Printable(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;

    private static IAnsiConsole CreateConsole(TextWriter writer, bool isRedirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = isRedirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (isRedirected)
            console.Profile.Width = WidthOfPipe;
        return console;
    }
}
