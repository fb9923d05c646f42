using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Heliograph.Server.Live.Nodes;

// What must be there is required: a message without it is none, and ignored. All else may be missing, as where an older node tells.
// Such a property has a setter: the generated code leaves its default alone then.

/// <summary>Somebody follows what happens to an organization.</summary>
internal sealed record FeedWant
{
    /// <summary>Which look of the telling node this is; news name it.</summary>
    public required string Look { get; init; }

    public required string Organization { get; init; }

    /// <summary>This product alone; all where null.</summary>
    public string? Product { get; set; }

    /// <summary>How long it goes on unless it is told again.</summary>
    public required double Seconds { get; init; }
}

/// <summary>What happened to an organization on the telling node, and how many are there.</summary>
internal sealed record FeedNews
{
    public required string Look { get; init; }

    /// <summary>Counts up from 1, so that what is lost on the way is noticed.</summary>
    public required long Number { get; init; }

    /// <summary>Another one after each start of the node: events are numbered anew then.</summary>
    public required string Run { get; init; }

    public int Devices { get; set; }

    public int Clients { get; set; }

    /// <summary>Messages a second; null until two counts were made.</summary>
    public double? Rate { get; set; }

    /// <summary>Events that are left out, because there were too many.</summary>
    public int Missed { get; set; }

    public IReadOnlyList<NodeEvent> Events { get; set; } = [];

    public IReadOnlyList<NodeCall> Calls { get; set; } = [];
}

/// <summary>How often a connect call went so, of late.</summary>
internal sealed record NodeCall(string Call, string? Code, long Count);

/// <summary>A <see cref="LiveEvent"/>; see <see cref="NodeEvents"/>.</summary>
internal sealed record NodeEvent
{
    public required string Kind { get; init; }

    public required DateTime At { get; init; }

    /// <summary>The number that it had when it happened first.</summary>
    public long Id { get; set; }

    public int Count { get; set; } = 1;

    public string? Product { get; set; }

    public string? Device { get; set; }

    public bool IsDeviceKnown { get; set; }

    public string? Channel { get; set; }

    public bool IsAuthorized { get; set; }

    public string? Sender { get; set; }

    public string? Address { get; set; }

    public string? Reason { get; set; }

    public double Seconds { get; set; }

    public long Messages { get; set; }

    public string? Call { get; set; }

    public string? Code { get; set; }

    public string? Why { get; set; }

    /// <summary>What to call whoever did it.</summary>
    public string? Actor { get; set; }
}

/// <summary>A question about a device.</summary>
internal sealed record DeviceQuestion
{
    public required string Id { get; init; }

    public required string Product { get; init; }

    public required string Device { get; init; }
}

/// <summary>What the telling node knows of a device.</summary>
internal sealed record DeviceKnowledge
{
    /// <summary>The question's.</summary>
    public required string Id { get; init; }

    /// <summary>Since when it remembers.</summary>
    public required DateTime Since { get; init; }

    /// <summary>The device's connection; null where it is not there.</summary>
    public NodeConnection? Connection { get; set; }

    /// <summary>How many clients are there; some of them are in <see cref="Clients"/>.</summary>
    public int ClientCount { get; set; }

    public IReadOnlyList<NodeConnection> Clients { get; set; } = [];

    public IReadOnlyList<NodeEvent> History { get; set; } = [];
}

/// <summary>A connection to the telling node.</summary>
internal sealed record NodeConnection
{
    public required DateTime Since { get; init; }

    /// <summary>The channel's name; null for a device.</summary>
    public string? Channel { get; set; }

    public bool IsAuthorized { get; set; }

    public string? Address { get; set; }
}

/// <summary>Somebody inspects a device.</summary>
internal sealed record TapWant
{
    public required string Look { get; init; }

    public required string Organization { get; init; }

    public required string Product { get; init; }

    public required string Device { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Which showing of contents is on; null where none is. Without it no content leaves a node.</summary>
    public string? Showing { get; set; }

    /// <summary>How long the showing goes on, at most.</summary>
    public double ShowingSeconds { get; set; }
}

/// <summary>What was seen of a device's sessions on the telling node.</summary>
internal sealed record TapNews
{
    public required string Look { get; init; }

    /// <summary>Counts up from 1, so that what is lost on the way is noticed.</summary>
    public required long Number { get; init; }

    /// <summary>Up to when all that was seen has been told, by the telling node's clock.</summary>
    public required DateTime UpTo { get; init; }

    public IReadOnlyList<TapLine> Lines { get; set; } = [];

    /// <summary>Who is there now; null where nothing is said of it.</summary>
    public TapPeers? Peers { get; set; }
}

/// <summary>An event, or a line of the story.</summary>
internal sealed record TapLine
{
    public required DateTime At { get; init; }

    /// <summary>The event; the reader puts it into words, since it knows who else is there.</summary>
    public NodeEvent? Event { get; set; }

    public string? Channel { get; set; }

    public string? From { get; set; }

    public string? Kind { get; set; }

    public string? Text { get; set; }

    public string? Tone { get; set; }

    public string? Layers { get; set; }

    public int? Size { get; set; }

    /// <summary>The sequence number of DATA.</summary>
    public long? Seq { get; set; }

    public string? Content { get; set; }
}

/// <summary>The peers of a device that are on the telling node.</summary>
internal sealed record TapPeers
{
    /// <summary>Since when the device is; null where it is not.</summary>
    public DateTime? Device { get; set; }

    public int ClientCount { get; set; }

    public IReadOnlyList<NodeConnection> Clients { get; set; } = [];
}

/// <summary>Contents are not to be shown any more.</summary>
internal sealed record ContentHide
{
    public required string Product { get; init; }

    public required string Device { get; init; }

    /// <summary>The showing that was ended. What is told of it later is late.</summary>
    public required string Showing { get; init; }
}

/// <summary>The JSON between nodes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FeedWant))]
[JsonSerializable(typeof(FeedNews))]
[JsonSerializable(typeof(DeviceQuestion))]
[JsonSerializable(typeof(DeviceKnowledge))]
[JsonSerializable(typeof(TapWant))]
[JsonSerializable(typeof(TapNews))]
[JsonSerializable(typeof(ContentHide))]
internal sealed partial class NodeJson : JsonSerializerContext
{
    /// <summary>What messages are read and written with. Letters of all languages stay as they are: else they take twice the room.</summary>
    public static NodeJson Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
