using Heliograph.Protocol.Routing;

namespace Heliograph.Server.Relay;

/// <summary>Why a frame was ignored; the values of a metric's tag.</summary>
internal static class IgnoredCause
{
    public const string Binary = "binary";

    public static string Of(EnvelopeProblem problem) => problem switch
    {
        EnvelopeProblem.NotJson => "not_json",
        EnvelopeProblem.NotObject => "not_object",
        EnvelopeProblem.NoType => "no_type",
        EnvelopeProblem.UnknownType => "unknown_type",
        _ => "missing_field",
    };
}
