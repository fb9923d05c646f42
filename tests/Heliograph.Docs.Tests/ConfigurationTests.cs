using System.Text;
using System.Text.RegularExpressions;
using Heliograph.Server.Hosting;
using Microsoft.Extensions.Configuration;

namespace Heliograph.Docs.Tests;

/// <summary>docs/configuration.md, and the configuration files of docs/regions.md, against the code.</summary>
public sealed partial class ConfigurationTests
{
    private const string Page = "docs/configuration.md";
    private const string Begin = "<!-- settings: made from the code, see CONTRIBUTING.md -->\n";
    private const string End = "<!-- settings: end -->\n";

    public static TheoryData<string> Examples =>
        [.. Markdown.Blocks(Repository.Read(Page), "json"), .. Markdown.Blocks(Repository.Read("docs/regions.md"), "json").Where(x => x.Contains("\"Registry\"", StringComparison.Ordinal))];

    /// <summary>Environment variables in any page, with what they are set to.</summary>
    public static TheoryData<string, string> Variables
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var match in Repository.Pages.SelectMany(page => Variable().Matches(Repository.Read(page))))
            {
                if (match.Groups["name"].Value is not ("UPDATE_DOCS" or "UPDATE_API"))
                    data.Add(match.Groups["name"].Value, match.Groups["value"].Value);
            }

            return data;
        }
    }

    [Fact]
    public void Tables_OfAllSettings_SayWhatTheCodeSays()
    {
        var page = Repository.Read(Page);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        var expected = SettingsTable.Write();
        if (Environment.GetEnvironmentVariable("HELIOGRAPH_UPDATE_DOCS") == "1")
            File.WriteAllText(Repository.PathOf(Page), page[..begin] + expected + page[end..]);
        else
            page[begin..end].ShouldBe(expected, "Run the tests with HELIOGRAPH_UPDATE_DOCS=1 to write the tables anew.");
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Examples_AsConfigurationFile_AreAccepted(string json) =>
        ProblemsOf(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)))).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Variables))]
    public void Variables_InAnyPage_AreAccepted(string name, string value) =>
        ProblemsOf(new ConfigurationBuilder().AddInMemoryCollection([new(name.Replace("__", ":", StringComparison.Ordinal), value)])).ShouldBeEmpty();

    private static IEnumerable<string> ProblemsOf(IConfigurationBuilder configuration)
    {
        try
        {
            Settings.Read(configuration.Build());
            return [];
        }
        catch (SettingsException error)
        {
            // The examples' certificates are not on this machine.
            return error.Problems.Where(problem => !problem.Contains("there is no file", StringComparison.Ordinal));
        }
    }

    [GeneratedRegex("""HELIOGRAPH_(?<name>\w+)=(?<value>[^\s`"|]*)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}
