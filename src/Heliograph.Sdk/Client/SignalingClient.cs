using Heliograph.Protocol;
using Microsoft.Extensions.Logging;

namespace Heliograph.Sdk;

/// <summary>
/// A client's side of the service: one connection to one device, which is one channel. A client that fails is not started again; make
/// a new one. All members may be used from several threads.
/// </summary>
public sealed partial class SignalingClient : IAsyncDisposable
{
    private readonly SignalingClientOptions _options;
    private readonly ILogger _logger;
    private readonly EventQueue _events;
    private readonly HttpMessageHandler? _ownHandler;
    private readonly SignalingHttp _http;
    private readonly Connection _connection;

    /// <summary>Creates a client. It connects when it is started.</summary>
    /// <exception cref="ArgumentException">Some options are wrong; the message names each.</exception>
    public SignalingClient(SignalingClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _logger = SteadyLogger.Create<SignalingClient>(options.LoggerFactory);
        _events = new(_logger);
        var handler = options.HttpHandler ?? (_ownHandler = HttpHandlers.Create());
        _http = new(options, handler);
        var owner = new Owner(this);
        _connection = new(owner, new(handler, disposeHandler: false), options.TimeProvider);
        Channel = new(owner, options, new(_logger), id: "", isAuthorized: false, linkIsUp: false);
    }

    /// <summary>The channel to the device. It can be sent on at once: what is sent waits.</summary>
    public SignalingChannel Channel { get; }

    /// <summary>Where the client's transport logs, too.</summary>
    internal ILogger Logger => _logger;

    /// <summary>The state of its connection.</summary>
    public ConnectionState State => _connection.State;

    /// <summary>The state of its connection has changed; with the reason, where it is an error. Handlers run one after the other.</summary>
    public event EventHandler<StateChangedEventArgs<ConnectionState>>? StateChanged;

    /// <summary>Begins to connect, and returns at once. Does nothing the second time.</summary>
    public void Start() => _connection.Start();

    /// <summary>
    /// Starts, and waits until the client is connected. If this first try fails, the client has failed; after it the client reconnects
    /// by itself, and fails when seven tries in a row have failed.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait, not the client.</param>
    /// <exception cref="HeliographException">It can't connect, or was disposed.</exception>
    public Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        Start();
        return _connection.FirstOpening.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Asks the service for a sign of life, and reconnects if there is none within a second: for when the network has changed, or the
    /// application comes back from the background.
    /// </summary>
    /// <returns>Whether the service gave one; false also while there is no connection.</returns>
    public Task<bool> CheckAliveAsync(CancellationToken cancellationToken = default) => _connection.CheckAliveAsync(cancellationToken);

    /// <summary>The STUN and TURN servers for this client.</summary>
    /// <exception cref="HeliographException">The call failed.</exception>
    public Task<IReadOnlyList<IceServer>> GetIceServersAsync(CancellationToken cancellationToken = default) =>
        _http.GetIceServersAsync(_options.AccessToken, cancellationToken);

    /// <summary>Closes the channel, telling the device, and then the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        Channel.Close();
        await _connection.DisposeAsync().ConfigureAwait(false);
        _http.Dispose();
        _ownHandler?.Dispose();
    }

    private void Raise(ConnectionState state, HeliographException? error)
    {
        if (StateChanged is not null)
            _events.Post(() => StateChanged?.Invoke(this, new(state, error)));
    }
}
