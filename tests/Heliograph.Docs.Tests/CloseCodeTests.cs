using System.Globalization;
using System.Reflection;
using Heliograph.Server.Relay;

namespace Heliograph.Docs.Tests;

/// <summary>The table of close codes in docs/operations.md against the code.</summary>
public sealed class CloseCodeTests
{
    [Fact]
    public void Table_OfCloseCodes_HasEachOfTheCodeWithItsReason()
    {
        var reasons = Enum.GetValues<EndReason>().Where(reason => reason.Code() is not null).ToDictionary(x => x.Code()!.Value, x => x.ToTag());
        var expected = typeof(CloseCode).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (Code: (ushort)field.GetRawConstantValue()!, field.Name))
            .Select(x => string.Create(CultureInfo.InvariantCulture, $"{x.Code} {x.Name} {reasons.GetValueOrDefault(x.Code, "peer_closed")}"));

        var rows = Markdown.Table(Repository.Read("docs/operations.md"), "Close codes");

        rows.Select(row => $"{row[0]} {row[1]} {Markdown.Code(row[2])}").ShouldBe(expected);
    }
}
