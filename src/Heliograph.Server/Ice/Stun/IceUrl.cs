using System.Globalization;
using System.Text.RegularExpressions;

namespace Heliograph.Server.Ice.Stun;

/// <summary>How a STUN or TURN server is spoken to.</summary>
internal enum StunTransport
{
    Udp,
    Tcp,
    Tls,
}

/// <summary>A <c>stun:</c>, <c>stuns:</c>, <c>turn:</c> or <c>turns:</c> URL (RFC 7064, RFC 7065).</summary>
internal sealed partial record IceUrl(bool IsTurn, string Host, int Port, StunTransport Transport)
{
    private const int DefaultPort = 3478;
    private const int DefaultTlsPort = 5349;

    /// <summary>Reads a URL; null where it is none of these, which browsers refuse as a whole.</summary>
    public static IceUrl? Parse(string text)
    {
        var match = Form().Match(text);
        if (!match.Success)
            return null;

        var isTls = match.Groups["tls"].Success;
        var port = isTls ? DefaultTlsPort : DefaultPort;
        if (match.Groups["port"] is { Success: true, Value: var digits } && (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is 0 or > 65535))
            return null;
        var transport = match.Groups["transport"] is { Success: true, Value: var name } && name.Equals("tcp", StringComparison.OrdinalIgnoreCase)
            ? StunTransport.Tcp : StunTransport.Udp;
        return new(match.Groups["turn"].Success, match.Groups["host"].Value.Trim('[', ']'), port, isTls ? StunTransport.Tls : transport);
    }

    [GeneratedRegex(
        @"^((?<turn>turn)|stun)(?<tls>s)?:(?<host>\[[0-9a-f:.]+\]|[^\s\[\]:/?#@]+)(:(?<port>[0-9]{1,5}))?(\?transport=(?<transport>udp|tcp))?$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
