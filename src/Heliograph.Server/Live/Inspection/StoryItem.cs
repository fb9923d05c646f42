using Heliograph.Server.Live.Nodes;

namespace Heliograph.Server.Live.Inspection;

/// <summary>Something of the story, read, before it has its place in it.</summary>
/// <param name="At">When, by the clock of the node that saw it.</param>
/// <param name="Channel">The name of its channel; null where it is about none.</param>
internal sealed record StoryItem(DateTime At, string? Channel)
{
    /// <summary>The node that saw it; null for this one.</summary>
    public string? Node { get; init; }

    /// <summary>The event, where it is one; it is put into words last.</summary>
    public LiveEvent? Event { get; init; }

    /// <summary>Else the line.</summary>
    public StoryLine? Line { get; init; }

    public string? Layers { get; init; }

    public int? Size { get; init; }

    /// <summary>The sequence number of DATA.</summary>
    public long? Seq { get; init; }

    /// <summary>What the message contains, where that was shown when it was sent.</summary>
    public string? Content { get; set; }

    /// <summary>The same on its way to another node.</summary>
    /// <param name="withContent">Whether contents may leave this node.</param>
    public TapLine Write(bool withContent) => new()
    {
        At = At,
        Channel = Channel,
        Event = Event is null ? null : NodeEvents.Write(Event),
        From = Line?.From,
        Kind = Line?.Kind,
        Text = Line?.Text,
        Tone = Line?.Tone,
        Layers = Layers,
        Size = Size,
        Seq = Seq,
        Content = withContent ? Content : null,
    };

    /// <summary>What another node told; null where this one can't make anything of it.</summary>
    public static StoryItem? Read(TapLine told, string node)
    {
        var happened = told.Event is null ? null : NodeEvents.Read(told.Event, node);
        var line = told is { From: not null, Kind: not null, Text: not null } ? new StoryLine(told.From, told.Kind, told.Text, told.Tone) : null;
        if (happened is null && line is null)
            return null;
        return new(told.At.ToUniversalTime(), told.Channel)
        {
            Node = node, Event = happened, Line = line, Layers = told.Layers, Size = told.Size, Seq = told.Seq, Content = told.Content,
        };
    }
}
