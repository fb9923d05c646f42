namespace Heliograph.Protocol.Routing;

/// <summary>The fields of a JSON object, one after the other, as views of its text.</summary>
/// <param name="json">The text, from the object's bracket on. More may follow.</param>
internal ref struct JsonFields(ReadOnlySpan<byte> json)
{
    private readonly ReadOnlySpan<byte> _json = json;

    /// <summary>Where the next field has to begin; or the end.</summary>
    private int _at = JsonText.SkipSpace(json, 1);

    private bool _isOpen = true;

    /// <summary>The JSON of the field's name, a string with its quotes.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The JSON of the field's value.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Behind the object, when it has no next field; or <see cref="JsonText.NotJson"/> where there is no such object.</summary>
    public readonly int End => _at;

    /// <summary>Goes on to the next field.</summary>
    /// <returns>False at the end of the object, or of the JSON.</returns>
    public bool TryNext()
    {
        if (!_isOpen)
            return false;
        if (Name.IsEmpty && JsonText.IsAt(_json, _at, (byte)'}'))
            return EndAt(_at + 1);

        var start = JsonText.SkipName(_json, _at, out var nameEnd);
        var end = start == JsonText.NotJson ? JsonText.NotJson : JsonText.SkipValue(_json, start);
        if (end == JsonText.NotJson)
            return EndAt(JsonText.NotJson);
        Name = _json[_at..nameEnd];
        Value = _json[start..end];

        _at = JsonText.SkipSpace(_json, end);
        if (JsonText.IsAt(_json, _at, (byte)','))
            _at = JsonText.SkipSpace(_json, _at + 1);
        else
            EndAt(JsonText.IsAt(_json, _at, (byte)'}') ? _at + 1 : JsonText.NotJson);
        return true;
    }

    private bool EndAt(int end)
    {
        _at = end;
        _isOpen = false;
        return false;
    }
}
