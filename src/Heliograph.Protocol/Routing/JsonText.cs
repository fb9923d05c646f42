using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Json;

namespace Heliograph.Protocol.Routing;

/// <summary>
/// Finds where the values of a JSON text end, as strictly as RFC 8259 has it, without reading what they say. Whether the text is UTF-8 is
/// the caller's to know.
/// </summary>
internal static class JsonText
{
    /// <summary>In place of an end: there is no JSON.</summary>
    public const int NotJson = -1;

    /// <summary>As many as there are bits for. What nests deeper is left to the framework's reader.</summary>
    private const int MaxLevels = 64;

    /// <summary>In bytes. The longest text that is looked for is a channel ID; the longest form of it escapes each character: \u0030.</summary>
    public const int LongestEscaped = 6 * ChannelId.TextLength;

    // A message may nest as deeply as its size allows: the service passes it on and does not judge it.
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    /// <summary>Whether the text has this byte here.</summary>
    public static bool IsAt(ReadOnlySpan<byte> json, int at, byte expected) => (uint)at < (uint)json.Length && json[at] == expected;

    /// <summary>Where the white space ends that begins here, if any does.</summary>
    public static int SkipSpace(ReadOnlySpan<byte> json, int at)
    {
        while ((uint)at < (uint)json.Length && json[at] <= ' ' && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            at++;
        return at;
    }

    /// <summary>Where the value of a field begins whose name has to begin here; or <see cref="NotJson"/>.</summary>
    /// <param name="json">The text.</param>
    /// <param name="at">Where the name's first quote has to be.</param>
    /// <param name="nameEnd">Behind its last one.</param>
    public static int SkipName(ReadOnlySpan<byte> json, int at, out int nameEnd)
    {
        nameEnd = IsAt(json, at, (byte)'"') ? SkipString(json, at) : NotJson;
        if (nameEnd == NotJson)
            return NotJson;
        var colon = SkipSpace(json, nameEnd);
        return IsAt(json, colon, (byte)':') ? SkipSpace(json, colon + 1) : NotJson;
    }

    /// <summary>Where the value ends that has to begin here; or <see cref="NotJson"/>.</summary>
    public static int SkipValue(ReadOnlySpan<byte> json, int at)
    {
        var start = at;
        var levels = 0;
        // A bit for each level, the innermost is the lowest: whether it is an object.
        var objects = 0UL;
        while (true)
        {
            if ((uint)at >= (uint)json.Length)
                return NotJson;

            var first = json[at];
            if (first is (byte)'{' or (byte)'[')
            {
                if (levels == MaxLevels)
                    return SkipDeepValue(json, start);
                levels++;
                objects = (objects << 1) | (first == '{' ? 1UL : 0);
                at = SkipSpace(json, at + 1);
                if (!IsAt(json, at, Close(objects)))
                {
                    at = SkipToValue(json, at, objects);
                    if (at == NotJson)
                        return NotJson;
                    continue;
                }
            }
            else
            {
                at = SkipScalar(json, at, first);
            }

            // A value has ended, or nothing is in the innermost level.
            while (true)
            {
                if (at == NotJson || levels == 0)
                    return at;
                at = SkipSpace(json, at);
                if (!IsAt(json, at, Close(objects)))
                    break;
                at++;
                levels--;
                objects >>= 1;
            }

            at = IsAt(json, at, (byte)',') ? SkipToValue(json, SkipSpace(json, at + 1), objects) : NotJson;
            if (at == NotJson)
                return NotJson;
        }
    }

    /// <summary>
    /// What a string with escapes says, where it is to be compared to an ID or a name, which are short and of ASCII; empty where it can be none
    /// of them, and where it has no escapes.
    /// </summary>
    /// <param name="json">The string's JSON, with its quotes.</param>
    /// <param name="room">Where it is written to: <see cref="LongestEscaped"/>.</param>
    public static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> json, Span<byte> room)
    {
        if (json.Length > LongestEscaped + 2 || !json.Contains((byte)'\\') || !Ascii.IsValid(json) || HasSurrogateEscape(json))
            return default;

        var reader = new Utf8JsonReader(json);
        reader.Read();
        return room[..reader.CopyString(room)];
    }

    private static byte Close(ulong objects) => (objects & 1) != 0 ? (byte)'}' : (byte)']';

    /// <summary>Where the next value of the innermost level begins: in an object there is a name before.</summary>
    private static int SkipToValue(ReadOnlySpan<byte> json, int at, ulong objects) => (objects & 1) != 0 ? SkipName(json, at, out _) : at;

    private static int SkipScalar(ReadOnlySpan<byte> json, int at, byte first) => first switch
    {
        (byte)'"' => SkipString(json, at),
        (byte)'t' => SkipWord(json, at, "true"u8),
        (byte)'f' => SkipWord(json, at, "false"u8),
        (byte)'n' => SkipWord(json, at, "null"u8),
        _ => SkipNumber(json, at),
    };

    private static int SkipString(ReadOnlySpan<byte> json, int at)
    {
        at++;
        while (true)
        {
            at = SkipPlain(json, at);
            if (IsAt(json, at, (byte)'"'))
                return at + 1;
            at = SkipEscape(json, at);
            if (at == NotJson)
                return NotJson;
        }
    }

    /// <summary>The first byte of a string that ends it, or is not simply a part of it.</summary>
    private static int SkipPlain(ReadOnlySpan<byte> json, int at)
    {
        for (; at <= json.Length - Vector128<byte>.Count; at += Vector128<byte>.Count)
        {
            var bytes = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(json), (nuint)at);
            var isOther = Vector128.Equals(bytes, Vector128.Create((byte)'"'))
                | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))
                | Vector128.LessThan(bytes, Vector128.Create((byte)' '));
            if (isOther != Vector128<byte>.Zero)
                return at + BitOperations.TrailingZeroCount(isOther.ExtractMostSignificantBits());
        }

        while ((uint)at < (uint)json.Length && json[at] is not (byte)'"' and not (byte)'\\' and >= (byte)' ')
            at++;
        return at;
    }

    private static int SkipEscape(ReadOnlySpan<byte> json, int at)
    {
        const int unicode = 6;
        if (!IsAt(json, at, (byte)'\\') || at + 1 == json.Length)
            return NotJson;
        if (json[at + 1] != 'u')
            return "\"\\/bfnrt"u8.Contains(json[at + 1]) ? at + 2 : NotJson;
        return at + unicode <= json.Length && !json[(at + 2)..(at + unicode)].ContainsAnyExcept(HexDigits) ? at + unicode : NotJson;
    }

    private static int SkipWord(ReadOnlySpan<byte> json, int at, ReadOnlySpan<byte> word) =>
        json[at..].StartsWith(word) ? at + word.Length : NotJson;

    private static int SkipNumber(ReadOnlySpan<byte> json, int at)
    {
        if (IsAt(json, at, (byte)'-'))
            at++;
        at = IsAt(json, at, (byte)'0') ? at + 1 : SkipDigits(json, at);
        if (IsAt(json, at, (byte)'.'))
            at = SkipDigits(json, at + 1);
        if (IsAt(json, at, (byte)'e') || IsAt(json, at, (byte)'E'))
        {
            at++;
            at = SkipDigits(json, IsAt(json, at, (byte)'+') || IsAt(json, at, (byte)'-') ? at + 1 : at);
        }

        return at;
    }

    private static int SkipDigits(ReadOnlySpan<byte> json, int at)
    {
        var start = at;
        while ((uint)at < (uint)json.Length && char.IsAsciiDigit((char)json[at]))
            at++;
        return at > start ? at : NotJson;
    }

    private static int SkipDeepValue(ReadOnlySpan<byte> json, int start)
    {
        var reader = new Utf8JsonReader(json[start..], AnyDepth);
        try
        {
            reader.Read();
            reader.Skip();
            return start + (int)reader.BytesConsumed;
        }
        catch (JsonException)
        {
            return NotJson;
        }
    }

    /// <summary>
    /// Whether an escape may be a half of a surrogate pair. What it stands for is not ASCII, and at a lone one, which the grammar allows, the reader
    /// would throw.
    /// </summary>
    private static bool HasSurrogateEscape(ReadOnlySpan<byte> text) => text.IndexOf("\\ud"u8) >= 0 || text.IndexOf("\\uD"u8) >= 0;
}
