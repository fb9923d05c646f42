using System.Threading.Channels;
using Heliograph.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Channel = System.Threading.Channels.Channel;

namespace Heliograph.Sdk;

/// <summary>
/// WebRTC's perfect negotiation (https://www.w3.org/TR/webrtc/#perfect-negotiation-example) over a message transport: both peers may
/// offer at any time, and where their offers cross, the polite peer gives way. The device is the polite one.
/// </summary>
public sealed partial class PerfectNegotiation : IDisposable
{
    private readonly IPeerConnection _peerConnection;
    private readonly MessageTransport _transport;
    private readonly bool _isPolite;
    private readonly ILogger _logger;
    private readonly Channel<Func<CancellationToken, Task>> _work = Channel.CreateUnbounded<Func<CancellationToken, Task>>(new() { SingleReader = true });
    private readonly CancellationTokenSource _disposal = new();
    private bool _isRunning;
    private bool _isIgnoringOffer;

    /// <summary>Listens to the peer connection from now on; <see cref="RunAsync"/> does the work.</summary>
    /// <param name="peerConnection">The peer connection.</param>
    /// <param name="transport">The way to the other peer; nobody else reads from it.</param>
    /// <param name="isPolite">True on the device, false on the client.</param>
    /// <param name="loggerFactory">Where it is logged what the peer connection could not use.</param>
    public PerfectNegotiation(IPeerConnection peerConnection, MessageTransport transport, bool isPolite, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(peerConnection);
        ArgumentNullException.ThrowIfNull(transport);
        _peerConnection = peerConnection;
        _transport = transport;
        _isPolite = isPolite;
        _logger = loggerFactory?.CreateLogger<PerfectNegotiation>() ?? (ILogger)NullLogger.Instance;
        peerConnection.NegotiationNeeded += OnNegotiationNeeded;
        peerConnection.CandidateGathered += OnCandidateGathered;
    }

    /// <summary>Takes the messages that are the application's own; they are dropped where null. The next message waits for it.</summary>
    public Func<ApplicationMessage, CancellationToken, Task>? OnApplicationMessage { get; init; }

    /// <summary>
    /// The peer connection could not use a description or a candidate, or <see cref="OnApplicationMessage"/> has thrown. The negotiation
    /// goes on: it is for the application to decide whether that is the end. The next message waits for the handlers.
    /// </summary>
    public event EventHandler<NegotiationFailedEventArgs>? Failed;

    /// <summary>Negotiates until the channel is closed, or this is disposed. To be called once.</summary>
    /// <param name="cancellationToken">Ends it; the peer connection and the channel stay as they are.</param>
    /// <exception cref="HeliographException">The channel has failed.</exception>
    /// <exception cref="InvalidOperationException">It was called before.</exception>
    /// <exception cref="OperationCanceledException">It was told to end.</exception>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _isRunning, true))
            throw new InvalidOperationException("A negotiation runs once.");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposal.Token);
        var working = WorkAsync(end.Token);
        try
        {
            // One at a time: what the other peer sends faster than it can be worked on waits in the channel, within its limit.
            await foreach (var message in _transport.ReadAllAsync(end.Token).ConfigureAwait(false))
                await DoAsync(stop => ReceiveAsync(message, stop), end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_disposal.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Disposed.
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await working.ConfigureAwait(false);
        }
    }

    /// <summary>Stops listening to the peer connection, which stays as it is, and ends <see cref="RunAsync"/>.</summary>
    public void Dispose()
    {
        _peerConnection.NegotiationNeeded -= OnNegotiationNeeded;
        _peerConnection.CandidateGathered -= OnCandidateGathered;
        if (!_work.Writer.TryComplete())
            return;
        _disposal.Cancel();
        _disposal.Dispose();
    }

    private void OnNegotiationNeeded(object? sender, EventArgs e) => _work.Writer.TryWrite(async stop =>
    {
        // An exchange that goes on will end in the stable state, and then the event comes again if it is still needed.
        if (_peerConnection.IsStable)
            await DescribeAsync(stop).ConfigureAwait(false);
    });

    private void OnCandidateGathered(object? sender, CandidateGatheredEventArgs e)
    {
        // The end of candidates is not sent: not every peer can read it, and none needs it.
        if (e.Candidate.Candidate.Length > 0)
            _work.Writer.TryWrite(async stop => await _transport.SendAsync(SignalingMessage.Of(e.Candidate), stop).ConfigureAwait(false));
    }

    /// <summary>Queues work, and waits until it is done.</summary>
    private async Task DoAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Writer.TryWrite(async stop =>
        {
            try
            {
                await work(stop).ConfigureAwait(false);
            }
            finally
            {
                done.SetResult();
            }
        });
        await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var work in _work.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                await GuardAsync(work, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Told to end.
        }
    }

    private async Task GuardAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to end.
        }
        catch (HeliographException) when (_transport.HasEnded)
        {
            // Whoever reads from the channel hears of it.
        }
        catch (Exception error)
        {
            CouldNotUse(_logger, error.GetType().Name);
            RaiseFailed(error);
        }
    }

    private void RaiseFailed(Exception error)
    {
        try
        {
            Failed?.Invoke(this, new(error));
        }
        catch (Exception thrown)
        {
            HandlerThrew(_logger, thrown.GetType().Name);
        }
    }

    private Task ReceiveAsync(SignalingMessage message, CancellationToken cancellationToken) => message switch
    {
        DescriptionMessage { Description: var description } => ReceiveAsync(description, cancellationToken),
        CandidateMessage { Candidate: { Candidate.Length: > 0 } candidate } => ReceiveAsync(candidate, cancellationToken),
        ApplicationMessage own when OnApplicationMessage is { } handler => handler(own, cancellationToken),
        _ => Task.CompletedTask,
    };

    private async Task ReceiveAsync(SessionDescription description, CancellationToken cancellationToken)
    {
        // All work is done one after the other, so an offer of this side is either sent or not begun.
        var isOffer = description.Type == SessionDescription.Offer;
        _isIgnoringOffer = isOffer && !_isPolite && !_peerConnection.IsStable;
        if (_isIgnoringOffer)
            return;
        await _peerConnection.SetRemoteDescriptionAsync(description, cancellationToken).ConfigureAwait(false);
        if (isOffer)
            await DescribeAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task ReceiveAsync(IceCandidate candidate, CancellationToken cancellationToken)
    {
        try
        {
            await _peerConnection.AddIceCandidateAsync(candidate, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (_isIgnoringOffer && error is not OperationCanceledException)
        {
            // Candidates of an offer that was turned down fit nothing here.
        }
    }

    private async Task DescribeAsync(CancellationToken cancellationToken)
    {
        var description = await _peerConnection.SetLocalDescriptionAsync(cancellationToken).ConfigureAwait(false);
        await _transport.SendAsync(SignalingMessage.Of(description), cancellationToken).ConfigureAwait(false);
    }

    // The exceptions of WebRTC stacks quote SDP, which has no place in a log: their type has to do. The event has the whole of it.
    [LoggerMessage(1, LogLevel.Warning, "The peer connection could not use what the other peer sent: {Error}.")]
    private static partial void CouldNotUse(ILogger logger, string error);

    [LoggerMessage(2, LogLevel.Error, "The application's handler of a failed negotiation has thrown {Error}.")]
    private static partial void HandlerThrew(ILogger logger, string error);
}
