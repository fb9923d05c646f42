using System.Text.Json;
using Heliograph.Protocol.WebRtc;
using Heliograph.Protocol;
using Heliograph.Sdk;
using Heliograph.Server.Hosting;
using Heliograph.Terminal;

namespace Heliograph.Peers;

/// <summary>Tells what happens to a peer, a line each: for people with the time of day, for scripts as JSON. Thread-safe.</summary>
internal sealed class PeerLog(Output output, bool showContent)
{
    private readonly Lock _gate = new();

    public void Connection(StateChangedEventArgs<ConnectionState> change)
    {
        var text = change.State switch
        {
            ConnectionState.Connecting => "connecting",
            ConnectionState.Connected => "connected",
            ConnectionState.WaitRetry => $"not connected, trying again: {change.Error?.Message}",
            ConnectionState.Failed => "given up",
            ConnectionState.Closed => "closed",
            _ => change.State.ToString(),
        };
        Write(new(Now, "connection") { State = Name(change.State), Error = change.Error?.Message, Code = change.Error?.Code }, text);
    }

    public void Channel(int number, SignalingChannel channel, ChannelState state, HeliographException? error)
    {
        var text = state switch
        {
            ChannelState.Connected => "the other peer is there",
            ChannelState.Disconnected => "the other peer is away",
            ChannelState.Closed when error is not null => "closed by the other peer",
            ChannelState.Closed => "closed",
            ChannelState.Failed => $"failed: {error?.Message}",
            _ => state.ToString(),
        };
        Write(About(number, channel, "channel") with { State = Name(state), Error = error?.Message, Code = error?.Code }, $"#{number} {text}");
    }

    public void Opened(int number, SignalingChannel channel) => Write(
        About(number, channel, "channel") with { State = "OPENED", Authorized = channel.IsAuthorized },
        $"#{number} opened by a client{(channel.IsAuthorized ? " with a token" : "")}");

    public void SetUp(int number, SignalingChannel channel, int iceServers) => Write(
        About(number, channel, "channel") with { State = "SET_UP" },
        $"#{number} set up, with {iceServers switch { 0 => "no ICE servers", 1 => "1 ICE server", _ => $"{iceServers} ICE servers" }}");

    public void Message(int number, SignalingChannel channel, bool isIncoming, SignalingMessage message)
    {
        var text = MessageText.Describe(message, showContent);
        var json = message is ApplicationMessage { Content: var content } && ForeignJson.IsText(content) ? content
            : showContent && message is not ApplicationMessage ? JsonElement.Parse(SignalingMessageJson.Write(message))
            : JsonSerializer.SerializeToElement(text, ProtocolJson.Wire.String);
        Write(
            About(number, channel, "message") with { Direction = isIncoming ? "in" : "out", Message = json },
            $"#{number} {(isIncoming ? "<" : ">")} {text}");
    }

    private static DateTime Now => DateTime.UtcNow;

    private static PeerEvent About(int number, SignalingChannel channel, string what) => new(Now, what) { Number = number, Channel = channel.Id };

    /// <summary>The state's name as the protocol page writes it.</summary>
    private static string Name(Enum state) => state is ConnectionState.WaitRetry ? "WAIT_RETRY" : state.ToString().ToUpperInvariant();

    private void Write(PeerEvent entry, string text)
    {
        lock (_gate)
        {
            if (output.IsJson)
                output.Line(JsonSerializer.Serialize(entry, PeerJson.Default.PeerEvent));
            else
                output.Line($"{entry.Time:HH:mm:ss}  {Output.Printable(text)}");
        }
    }
}
