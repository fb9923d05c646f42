using Heliograph.Protocol;
using Microsoft.Extensions.Logging;
using Channel = System.Threading.Channels.Channel;
using ChannelOfChannels = System.Threading.Channels.Channel<Heliograph.Sdk.SignalingChannel>;

namespace Heliograph.Sdk;

/// <summary>
/// A device's side of the service: it stays connected for good, and clients come to it. It never gives up; what keeps it from
/// connecting is told by <see cref="StateChanged"/> and in the log. All members may be used from several threads.
/// </summary>
public sealed partial class SignalingDevice : IAsyncDisposable
{
    /// <summary>A secure element that hangs must not hold a device up for good.</summary>
    private static readonly TimeSpan TokenTimeout = TimeSpan.FromSeconds(20);

    private readonly SignalingDeviceOptions _options;
    private readonly ILogger _logger;
    private readonly EventQueue _events;
    private readonly HttpMessageHandler? _ownHandler;
    private readonly SignalingHttp _http;
    private readonly Connection _connection;
    private readonly ChannelTable _channels;
    private readonly ChannelOfChannels _opened;

    /// <summary>Creates a device. It connects when it is started.</summary>
    /// <exception cref="ArgumentException">Some options are wrong; the message names each.</exception>
    public SignalingDevice(SignalingDeviceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _logger = SteadyLogger.Create<SignalingDevice>(options.LoggerFactory);
        _events = new(_logger);
        var handler = options.HttpHandler ?? (_ownHandler = HttpHandlers.Create());
        _http = new(options, handler);
        _connection = new(new Owner(this), new(handler, disposeHandler: false), options.TimeProvider);
        _channels = new(options.MaxChannels, options.TimeProvider);
        _opened = Channel.CreateBounded<SignalingChannel>(options.MaxChannels);
    }

    /// <summary>Where the device's transports log, too.</summary>
    internal ILogger Logger => _logger;

    /// <summary>The state of its connection.</summary>
    public ConnectionState State => _connection.State;

    /// <summary>The channels that have not ended.</summary>
    public IReadOnlyCollection<SignalingChannel> Channels => _channels.All;

    /// <summary>The state of its connection has changed; with the reason, where it is an error. Handlers run one after the other.</summary>
    public event EventHandler<StateChangedEventArgs<ConnectionState>>? StateChanged;

    /// <summary>Begins to connect, and returns at once. Does nothing the second time.</summary>
    public void Start() => _connection.Start();

    /// <summary>Starts, and waits until the device has been connected for the first time, however long that takes.</summary>
    /// <param name="cancellationToken">Ends the wait; the device goes on trying.</param>
    /// <exception cref="ConnectionException">The device was disposed.</exception>
    public Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        Start();
        return _connection.FirstOpening.WaitAsync(cancellationToken);
    }

    /// <summary>The channels that clients open, until the device is disposed. Those opened before anyone asked come first.</summary>
    public IAsyncEnumerable<SignalingChannel> AcceptAllAsync(CancellationToken cancellationToken = default) =>
        _opened.Reader.ReadAllAsync(cancellationToken);

    /// <summary>
    /// Starts, and handles every channel that a client opens, each in a task of its own, until the device is disposed. A handler that
    /// is slow or throws harms no other channel; one that throws ends its channel with <see cref="SignalingErrorCodes.InternalError"/>,
    /// unless it is a <see cref="ChannelException"/>, which ends it with its own code. When a handler returns, its channel is closed.
    /// </summary>
    /// <param name="handler">Handles a channel; its token is cancelled when the channel has ended, and when all is to end.</param>
    /// <param name="cancellationToken">Ends it; the device stays connected.</param>
    /// <exception cref="OperationCanceledException">It was told to end, and all handlers have.</exception>
    public async Task RunAsync(Func<SignalingChannel, CancellationToken, Task> handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Start();
        var handlers = new TaskSet();
        try
        {
            await foreach (var channel in AcceptAllAsync(cancellationToken).ConfigureAwait(false))
                // Whatever the handler does before its first wait must not hold up the channels behind it.
                handlers.Add(Task.Run(() => HandleAsync(channel, handler, cancellationToken), CancellationToken.None));
        }
        finally
        {
            await handlers.WhenAllAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Asks the service for a sign of life, and reconnects if there is none within a second: for when the network has changed.
    /// </summary>
    /// <returns>Whether the service gave one; false also while there is no connection.</returns>
    public Task<bool> CheckAliveAsync(CancellationToken cancellationToken = default) => _connection.CheckAliveAsync(cancellationToken);

    /// <summary>The STUN and TURN servers for this device.</summary>
    /// <exception cref="HeliographException">The call failed.</exception>
    public async Task<IReadOnlyList<IceServer>> GetIceServersAsync(CancellationToken cancellationToken = default) =>
        await _http.GetIceServersAsync(await GetTokenAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>Closes every channel, telling its client, and then the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels.All)
            channel.Close();
        await _connection.DisposeAsync().ConfigureAwait(false);
        // Those that were opened meanwhile.
        foreach (var channel in _channels.All)
            channel.Close();
        _opened.Writer.TryComplete();
        _http.Dispose();
        _ownHandler?.Dispose();
    }

    private void Raise(ConnectionState state, HeliographException? error)
    {
        if (StateChanged is not null)
            _events.Post(() => StateChanged?.Invoke(this, new(state, error)));
    }

    private async Task HandleAsync(SignalingChannel channel, Func<SignalingChannel, CancellationToken, Task> handler, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = CancelAtEndAsync(channel, end);
        try
        {
            await handler(channel, end.Token).ConfigureAwait(false);
            channel.Close();
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            channel.Close();
        }
        catch (ChannelException error)
        {
            channel.Fail(error);
        }
        catch (HeliographException) when (channel.Completion.IsCompleted)
        {
            // The channel had failed, and the handler heard of it.
        }
        catch (Exception error)
        {
            HandlerThrew(_logger, error);
            channel.Fail(new(SignalingErrorCodes.InternalError, "The device has failed.", error));
        }

        await watching.ConfigureAwait(false);
    }

    private async Task CancelAtEndAsync(SignalingChannel channel, CancellationTokenSource end)
    {
        await channel.Completion.ConfigureAwait(false);
        try
        {
            await end.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException error)
        {
            // From what the handler has registered with its token.
            HandlerThrew(_logger, error);
        }
    }

    /// <exception cref="ConnectionException">The application's provider has failed.</exception>
    private async ValueTask<string> GetTokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var token = await _options.Tokens.GetTokenAsync(cancellationToken).AsTask()
                .WaitAsync(TokenTimeout, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
            return TokenInput.IsToken(token)
                ? token
                : throw new ConnectionException(SignalingErrorCodes.InternalError, $"There is no token: what {_options.Tokens.GetType().Name} gave is none.");
        }
        catch (Exception error) when (error is not HeliographException && !cancellationToken.IsCancellationRequested)
        {
            throw new ConnectionException(SignalingErrorCodes.InternalError, $"There is no token: {_options.Tokens.GetType().Name} has thrown {error.GetType().Name}.", error);
        }
    }
}
