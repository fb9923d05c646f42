using System.Text;
using Heliograph.Protocol.Routing;

namespace Heliograph.Protocol.Tests.Routing;

/// <summary>What was read of an envelope, as texts; an envelope itself is a view that can't be kept.</summary>
internal sealed record EnvelopeText(EnvelopeProblem Problem, RoutingType Type, string Channel, string Message, string ErrorCode, string ErrorMessage)
{
    public static EnvelopeText Of(EnvelopeProblem problem) => new(problem, RoutingType.None, "", "", "", "");

    public static EnvelopeText Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    public static EnvelopeText Read(byte[] utf8)
    {
        var problem = Envelope.TryRead(utf8, out var envelope);
        return problem != EnvelopeProblem.None
            ? Of(problem)
            : new(problem, envelope.Type, Text(envelope.ChannelId), Text(envelope.Message), Text(envelope.ErrorCode), Text(envelope.ErrorMessage));
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
