using System.Text;

namespace Heliograph.Protocol.Tests.Routing;

/// <summary>Writes JSON as wild as the grammar allows: white space, escapes, numbers of all forms, duplicate keys.</summary>
internal sealed class RandomJson(int seed)
{
    private static readonly string[] Numbers = ["0", "-0", "1.50e+2", "1E400", "-12.0e-7", "123456789012345678901234567890"];
    private static readonly string[] Pieces = ["a", "ü", "€", "😀", "\\u0041", "\\\"", "\\\\", "\\/", "\\n", "\\u20AC", "\\uD83D\\uDE00", "\u2028", " ", "}", "]", ",", "longer than two vectors of sixteen bytes are"];
    private static readonly string[] Spaces = ["", "", "", " ", "\t", "\r\n", "  \n "];

    private static readonly string[] Keys =
    [
        "type", "channelId", "message", "error", "errorCode", "errorMessage", "authorized", "code", "__proto__", "Type", "TYPE", "types", "",
    ];

    private readonly StringBuilder _text = new();

    public Random Random { get; } = new(seed);

    /// <summary>Any JSON value.</summary>
    public string NewValue(int depth = 5)
    {
        _text.Clear();
        WriteValue(depth);
        return _text.ToString();
    }

    /// <summary>An object that looks like an envelope: it has its keys, often with values that are right.</summary>
    public string NewEnvelope()
    {
        _text.Clear();
        WriteSpace();
        WriteObject(3, OfEnvelope);
        WriteSpace();
        return _text.ToString();
    }

    private void OfEnvelope(string key, int depth)
    {
        if (Random.Next(4) == 0)
            WriteValue(depth);
        else if (key == "type")
            _text.Append(Pick(["\"MESSAGE\"", "\"ERROR\"", "\"PING\"", "\"PONG\"", "\"M\\u0045SSAGE\"", "\"message\"", "\"X\""]));
        else if (key is "channelId" or "errorCode" or "errorMessage" or "code")
            WriteString();
        else if (key == "error")
            WriteObject(depth - 1, OfEnvelope);
        else
            WriteValue(depth);
    }

    private void WriteValue(int depth)
    {
        switch (Random.Next(depth > 0 ? 8 : 6))
        {
            case 0:
                _text.Append("null");
                break;
            case 1:
                _text.Append(Pick(["true", "false"]));
                break;
            case 2:
                _text.Append(Pick(Numbers));
                break;
            case 3:
                _text.Append(Random.Next());
                break;
            case 4 or 5:
                WriteString();
                break;
            case 6:
                WriteArray(depth - 1);
                break;
            default:
                WriteObject(depth - 1, (_, inner) => WriteValue(inner));
                break;
        }
    }

    private void WriteArray(int depth)
    {
        _text.Append('[');
        WriteSpace();
        for (var i = Random.Next(4); i > 0; i--)
        {
            WriteValue(depth);
            WriteSpace();
            if (i > 1)
                _text.Append(',');
            WriteSpace();
        }

        _text.Append(']');
    }

    private void WriteObject(int depth, Action<string, int> writeValue)
    {
        _text.Append('{');
        WriteSpace();
        for (var i = Random.Next(8); i > 0; i--)
        {
            var key = Pick(Keys);
            WriteKey(key);
            WriteSpace();
            _text.Append(':');
            WriteSpace();
            writeValue(key, depth);
            WriteSpace();
            if (i > 1)
                _text.Append(',');
            WriteSpace();
        }

        _text.Append('}');
    }

    private void WriteKey(string key)
    {
        _text.Append('"');
        var isEscaped = Random.Next(4) == 0;
        foreach (var c in key)
        {
            if (isEscaped && Random.Next(2) == 0)
                _text.Append($"\\u{(int)c:x4}");
            else
                _text.Append(c);
        }

        _text.Append('"');
    }

    private void WriteString()
    {
        _text.Append('"');
        for (var i = Random.Next(6); i > 0; i--)
            _text.Append(Pick(Pieces));
        _text.Append('"');
    }

    private void WriteSpace() => _text.Append(Pick(Spaces));

    private string Pick(string[] from) => from[Random.Next(from.Length)];
}
