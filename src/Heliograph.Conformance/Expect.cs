using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance;

/// <summary>What checks demand.</summary>
internal static class Expect
{
    public static void That(bool holds, string expected, object saw)
    {
        if (!holds)
            throw new CheckFailedException(expected, saw.ToString() ?? "nothing");
    }

    /// <summary>An answer of this status and code, in the form of all errors.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="status">The status.</param>
    /// <param name="code">The code.</param>
    /// <param name="what">What it answers, for the report.</param>
    public static void Error(HttpAnswer answer, int status, string code, string what)
    {
        if (answer.Status != status || answer.Code != code)
            throw new CheckFailedException($"{status} {code} for {what}", answer.ToString());
        ErrorForm(answer, what);
    }

    /// <summary>The form of all errors.</summary>
    public static void ErrorForm(HttpAnswer answer, string what)
    {
        foreach (var field in (string[])["message", "code"])
        {
            if (string.IsNullOrEmpty(answer.Text(field)))
                throw new CheckFailedException($"a text {field} in the error for {what}", $"{answer.Status} with a body without it");
        }
    }

    /// <summary>An answer of success.</summary>
    public static HttpAnswer Ok(HttpAnswer answer, string what) =>
        answer.Status == 200 ? answer : throw new CheckFailedException($"200 for {what}", answer.ToString());

    /// <summary>None of these frames is of this type.</summary>
    public static void None(IEnumerable<Routed> frames, string expected)
    {
        if (frames.FirstOrDefault() is { } frame)
            throw new CheckFailedException(expected, frame.ToString());
    }
}
