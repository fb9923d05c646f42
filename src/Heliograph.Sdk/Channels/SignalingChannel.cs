using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Heliograph.Protocol.Reliability;
using Heliograph.Protocol.Routing;
using Channel = System.Threading.Channels.Channel;
using ChannelOfMessages = System.Threading.Channels.Channel<System.Text.Json.JsonElement>;

namespace Heliograph.Sdk;

/// <summary>
/// The way between one client and one device. It outlives the connections below it: while either peer is away messages wait, and what
/// was sent arrives once and in order. All members may be used from several threads; messages of one sender stay in order if it awaits
/// each <c>SendAsync</c>.
/// </summary>
public sealed partial class SignalingChannel
{
    private readonly Lock _gate = new();
    private readonly ReliableSender _sender = new();
    private readonly ReliableReceiver _receiver = new();
    private readonly ChannelOfMessages _unread = Channel.CreateUnbounded<JsonElement>();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IChannelLink _link;
    private readonly SignalingOptions _options;
    private readonly EventQueue _events;
    private volatile ChannelState _state;

    /// <param name="link">What is below.</param>
    /// <param name="options">The limits.</param>
    /// <param name="events">Where handlers run.</param>
    /// <param name="id">Its ID; a client's is known once it has connected.</param>
    /// <param name="isAuthorized">Whether the service vouches for the client.</param>
    /// <param name="linkIsUp">Whether there is a connection now.</param>
    internal SignalingChannel(IChannelLink link, SignalingOptions options, EventQueue events, string id, bool isAuthorized, bool linkIsUp)
    {
        _link = link;
        _options = options;
        _events = events;
        _linkIsUp = linkIsUp;
        Id = id;
        IsAuthorized = isAuthorized;
    }

    /// <summary>The channel's name to both peers; empty on a client that has not connected yet.</summary>
    public string Id { get; internal set; }

    /// <summary>On a device: whether the service vouches for the client, by its token. Always false on a client.</summary>
    public bool IsAuthorized { get; }

    /// <summary>The state.</summary>
    public ChannelState State => _state;

    /// <summary>Why it failed, or what the other peer said at its end; null while it has not ended, and where this side closed it.</summary>
    public HeliographException? Error { get; private set; }

    /// <summary>Completes when the channel has ended, however it ended. Never fails.</summary>
    public Task Completion => _ended.Task;

    /// <summary>
    /// The state has changed. A channel's handlers run one after the other, apart from those of all other channels.
    /// </summary>
    public event EventHandler<StateChangedEventArgs<ChannelState>>? StateChanged;

    /// <summary>When the other peer went away, where it is away.</summary>
    internal long PeerLeftAt { get; private set; }

    private bool IsEnded => _state is ChannelState.Failed or ChannelState.Closed;

    /// <summary>
    /// Sends data, now or as soon as both peers are there. Waits while the channel holds
    /// <see cref="SignalingOptions.MaxUnacknowledgedBytes"/>; once it returns, the data is sure to arrive unless the channel ends.
    /// </summary>
    /// <param name="data">The reliability layer's <c>data</c>: any JSON.</param>
    /// <param name="cancellationToken">Ends the wait; the data is then not sent.</param>
    /// <exception cref="ArgumentException">The data is larger than <see cref="SignalingOptions.MaxMessageBytes"/> allows.</exception>
    /// <exception cref="HeliographException">The channel has ended.</exception>
    public ValueTask SendAsync(JsonElement data, CancellationToken cancellationToken = default) =>
        SendAsync(JsonSerializer.SerializeToUtf8Bytes(data, Protocol.ProtocolJson.Wire.JsonElement), cancellationToken);

    /// <inheritdoc cref="SendAsync(JsonElement, CancellationToken)"/>
    /// <param name="data">What to send.</param>
    /// <param name="type">How it is written; from a source-generated <see cref="System.Text.Json.Serialization.JsonSerializerContext"/>.</param>
    /// <param name="cancellationToken">Ends the wait; the data is then not sent.</param>
    public ValueTask SendAsync<T>(T data, JsonTypeInfo<T> type, CancellationToken cancellationToken = default) =>
        SendAsync(JsonSerializer.SerializeToUtf8Bytes(data, type), cancellationToken);

    /// <summary>
    /// Takes what arrives, until the channel ends. What came before anyone read is handed over first. To be read by one reader at a time.
    /// </summary>
    /// <param name="cancellationToken">Ends the reading, not the channel.</param>
    /// <exception cref="HeliographException">The channel has failed; thrown after all that had arrived before.</exception>
    public async IAsyncEnumerable<JsonElement> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReadAsync(cancellationToken).ConfigureAwait(false) is { } data)
            yield return data;
    }

    /// <summary>Takes the next of what arrives; null where the channel was closed.</summary>
    /// <exception cref="HeliographException">The channel has failed.</exception>
    internal async ValueTask<JsonElement?> ReadAsync(CancellationToken cancellationToken)
    {
        while (await _unread.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!_unread.Reader.TryRead(out var data))
                continue;
            lock (_gate)
                _unreadBytes -= SizeOf(data);
            return data;
        }

        return _state == ChannelState.Failed ? throw Error! : null;
    }

    /// <summary>Ends the channel for a reason that the other peer is told. Does nothing where it has ended.</summary>
    public void Fail(ChannelException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        End(ChannelState.Failed, error, error.Code, error.Message);
    }

    /// <summary>Ends the channel, and tells the other peer. Does nothing where it has ended.</summary>
    public void Close() => End(ChannelState.Closed, null, SignalingErrorCodes.ChannelClosed, "The channel was closed.");

    /// <summary>Ends the channel without a word to the other peer, because its connection is gone for good.</summary>
    internal void Abandon(HeliographException error) => End(ChannelState.Failed, error);

    internal void SetPeerOnline(bool online)
    {
        lock (_gate)
        {
            var state = online ? ChannelState.Connected : ChannelState.Disconnected;
            if (IsEnded || _state == state)
                return;
            SetState(state, null);
            if (!online)
                PeerLeftAt = _options.TimeProvider.GetTimestamp();
        }
    }

    private void End(ChannelState state, HeliographException? error, string? code = null, string? message = null)
    {
        lock (_gate)
        {
            if (IsEnded)
                return;
            Error = error;
            SetState(state, error);
            if (code is not null)
            {
                // What was sent before goes out before.
                _farewell = PeerFrameWriter.Error(Id, code, message);
                QueueOutgoing();
            }

            if (code is null || !_isQueued)
                _sender.Clear();
            ReleaseWaitingSenders();
        }

        _unread.Writer.TryComplete();
        _ended.TrySetResult();
        _link.Ended(this);
    }

    /// <summary>Under the lock, so that handlers hear of states in their order.</summary>
    private void SetState(ChannelState state, HeliographException? error)
    {
        _state = state;
        if (StateChanged is not null)
            _events.Post(() => StateChanged?.Invoke(this, new(state, error)));
    }
}
