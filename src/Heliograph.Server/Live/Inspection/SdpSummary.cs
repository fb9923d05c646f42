using System.Globalization;

namespace Heliograph.Server.Live.Inspection;

/// <summary>Of an SDP (RFC 8866) the kinds: media and their codecs, and how many candidates of which kind. None of its addresses, names or secrets.</summary>
internal static class SdpSummary
{
    private const int MaxLines = 3000;
    private const int MaxMedia = 8;
    private const int MaxCodecs = 4;

    /// <summary>What is no codec of its own but a help for others.</summary>
    private static readonly string[] Helpers = ["rtx", "red", "ulpfec", "flexfec-03", "telephone-event", "CN"];

    /// <summary>E.g. <c>video H264/VP8, audio opus; with candidates: 2 host</c>.</summary>
    public static string Of(string sdp)
    {
        var media = new List<(string Kind, List<string> Codecs)>();
        var candidates = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var rest = sdp.AsSpan();
        for (var i = 0; i < MaxLines && !rest.IsEmpty; i++)
        {
            var end = rest.IndexOf('\n');
            var line = (end < 0 ? rest : rest[..end]).TrimEnd('\r');
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.StartsWith("m=") && media.Count < MaxMedia)
                media.Add((KindOf(line[2..]), []));
            else if (line.StartsWith("a=rtpmap:") && media.Count > 0)
                AddCodec(media[^1].Codecs, line);
            else if (line.StartsWith("a=candidate:") && CandidateSummary.KindOf(line[2..].ToString()) is { } kind)
                candidates[kind] = candidates.GetValueOrDefault(kind) + 1;
        }

        var parts = media.Select(x => x.Codecs.Count == 0 ? x.Kind : $"{x.Kind} {string.Join('/', x.Codecs)}").ToList();
        var text = parts.Count == 0 ? "no media" : string.Join(", ", parts);
        return candidates.Count == 0
            ? text
            : $"{text}; with candidates: {string.Join(", ", candidates.Select(x => $"{x.Value.ToString(CultureInfo.InvariantCulture)} {x.Key}"))}";
    }

    private static string KindOf(ReadOnlySpan<char> media) => media.IndexOf(' ') is var end and > 0 && media[..end] is var kind
        ? kind switch
        {
            "video" => "video",
            "audio" => "audio",
            "application" => "data channel",
            _ => "other media",
        }
        : "other media";

    private static void AddCodec(List<string> codecs, ReadOnlySpan<char> line)
    {
        var begin = line.IndexOf(' ');
        var end = line.IndexOf('/');
        if (begin < 0 || end <= begin || PlainWord.Of(line[(begin + 1)..end].ToString()) is not { } name)
            return;
        if (codecs.Count < MaxCodecs && !Helpers.Contains(name, StringComparer.OrdinalIgnoreCase) && !codecs.Contains(name))
            codecs.Add(name);
    }
}
