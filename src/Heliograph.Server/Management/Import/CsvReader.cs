using System.Text;

namespace Heliograph.Server.Management.Import;

/// <summary>A record of a CSV file, and the line that it begins on.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Cells">Its fields.</param>
/// <param name="Problem">What is wrong with its form, where something is.</param>
internal sealed record CsvRecord(int Line, IReadOnlyList<string> Cells, string? Problem);

/// <summary>
/// Reads CSV (RFC 4180): fields in quotes may hold separators, line ends, and quotes as pairs. Empty lines are passed over. The separator is
/// the first comma, semicolon or tab outside quotes: spreadsheets write one or the other, by the language that they speak.
/// </summary>
internal static class CsvReader
{
    public static IEnumerable<CsvRecord> Read(TextReader reader, int firstLine)
    {
        var separator = (char?)null;
        for (var line = firstLine; reader.Peek() >= 0;)
        {
            var (record, lines) = ReadRecord(reader, line, ref separator);
            line += lines;
            if (record.Problem is not null || record.Cells is not [{ } only] || only.Trim().Length > 0)
                yield return record;
        }
    }

    private static (CsvRecord Record, int Lines) ReadRecord(TextReader reader, int line, ref char? separator)
    {
        var (cells, cell, lines, quoted, problem) = (new List<string>(), new StringBuilder(), 0, false, (string?)null);
        while (true)
        {
            var next = reader.Read();
            if (next == '\n')
                lines++;
            if (quoted)
            {
                if (next < 0)
                    return (new(line, [], "a quote is opened that is not closed"), lines);
                if (next != '"')
                    cell.Append((char)next);
                else if (reader.Peek() == '"')
                    cell.Append((char)reader.Read());
                else
                    quoted = false;
            }
            else if (next is < 0 or '\n')
            {
                cells.Add(cell.ToString().TrimEnd('\r'));
                return (new(line, cells, problem), lines);
            }
            else if (next == separator || (separator is null && (char)next is ',' or ';' or '\t'))
            {
                separator = (char)next;
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else if (next == '"')
            {
                // A field that has begun without a quote can't have one: most likely one is missing before it.
                quoted = string.IsNullOrWhiteSpace(cell.ToString());
                if (!quoted)
                    problem = "has a quote in the middle of a field";
                cell.Clear();
            }
            else
            {
                cell.Append((char)next);
            }
        }
    }
}
