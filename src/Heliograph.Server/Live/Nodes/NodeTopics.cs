namespace Heliograph.Server.Live.Nodes;

/// <summary>
/// What nodes tell each other for those who look. The number at the end is that of the form: fields may be added to it, which older
/// nodes ignore, as they ignore topics that they do not know. What older nodes would misread gets a new number, and is told beside the
/// old one for one version.
/// </summary>
internal static class NodeTopics
{
    /// <summary>Somebody on the telling node follows an organization: send news, for so long.</summary>
    public const string FeedWanted = "feed.want.1";

    public const string FeedNews = "feed.news.1";

    /// <summary>What do you know of a device?</summary>
    public const string DeviceAsked = "device.ask.1";

    public const string DeviceAnswer = "device.answer.1";

    /// <summary>Somebody on the telling node inspects a device: send what happens, for so long.</summary>
    public const string TapWanted = "tap.want.1";

    public const string TapNews = "tap.news.1";

    /// <summary>Contents of a device's messages are not to be shown any more, wherever they are.</summary>
    public const string ContentHidden = "tap.hide.1";
}
