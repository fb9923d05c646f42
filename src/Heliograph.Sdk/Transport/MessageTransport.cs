using System.Runtime.CompilerServices;
using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Protocol.Signing;
using Heliograph.Protocol.WebRtc;
using Microsoft.Extensions.Logging;

namespace Heliograph.Sdk;

/// <summary>
/// Signed WebRTC signaling messages on a channel, after the setup round trip. What can't be verified ends the channel, and the other
/// peer is told. <see cref="SendAsync"/> may be used from several threads; messages are read by one reader at a time.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim that is only awaited holds nothing, nor does a source without a timer.")]
public sealed partial class MessageTransport
{
    private readonly SignalingChannel _channel;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _channelEnd = new();
    private readonly Task<IReadOnlyList<IceServer>> _ready;
    private MessageSigner? _signer;
    private ChannelException? _rejection;

    private MessageTransport(SignalingChannel channel, ILogger logger, Func<MessageTransport, Task<IReadOnlyList<IceServer>>> setUp)
    {
        _channel = channel;
        _logger = logger;
        _ = WatchChannelAsync();
        _ready = Task.Run(() => SetUpAsync(setUp));
        // Whoever sends or reads learns of a failure; nobody has to look at this task.
        _ = _ready.ContinueWith(task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>The device's side: waits for the client's request, and answers with the ICE servers that the service gives the device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="channel">A channel of the device that nobody has read from. It has one transport.</param>
    /// <param name="security">How the peers make sure of each other.</param>
    public static MessageTransport ForDevice(SignalingDevice device, SignalingChannel channel, MessageSecurity security)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(security);
        return new(channel, device.Logger, transport => transport.AnswerSetupAsync(device, security));
    }

    /// <summary>The client's side: sends the request.</summary>
    /// <param name="client">
    /// A client whose channel nobody has read from or sent on. It has one transport, and need not be connected yet; if it never
    /// connects, the setup fails with its error.
    /// </param>
    /// <param name="security">How the peers make sure of each other.</param>
    public static MessageTransport ForClient(SignalingClient client, MessageSecurity security)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(security);
        return new(client.Channel, client.Logger, transport => transport.RequestSetupAsync(client, security));
    }

    /// <summary>Whether the channel below has ended.</summary>
    internal bool HasEnded => _channel.State is ChannelState.Failed or ChannelState.Closed;

    /// <summary>Waits until the setup is done, and with it the other peer known to be the right one.</summary>
    /// <param name="cancellationToken">Ends the wait, not the setup.</param>
    /// <returns>The ICE servers for the peer connection; empty where there are none, which still connects peers in one network.</returns>
    /// <exception cref="HeliographException">The channel has ended before.</exception>
    public Task<IReadOnlyList<IceServer>> WaitForSetupAsync(CancellationToken cancellationToken = default) => _ready.WaitAsync(cancellationToken);

    /// <summary>
    /// Sends a message, as soon as the setup is done and the channel has room for it. Once it returns, the message is sure to arrive
    /// unless the channel ends.
    /// </summary>
    /// <param name="message">What to send.</param>
    /// <param name="cancellationToken">Ends the wait; the message is then not sent, and the next one takes its place.</param>
    /// <exception cref="ArgumentException">
    /// The message is larger than <see cref="SignalingOptions.MaxMessageBytes"/> allows, or is no JSON. It is not sent, and the channel
    /// goes on.
    /// </exception>
    /// <exception cref="HeliographException">The channel has ended.</exception>
    public async ValueTask SendAsync(SignalingMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        await WaitForSetupAsync(cancellationToken).ConfigureAwait(false);
        await PostAsync(message, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes the messages that arrive after the setup, until the channel is closed. To be read by one reader at a time.</summary>
    /// <param name="cancellationToken">Ends the reading, not the channel.</param>
    /// <exception cref="HeliographException">
    /// The channel has failed, among others because a message could not be verified; or it was closed before the setup was done.
    /// </exception>
    public async IAsyncEnumerable<SignalingMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await WaitForSetupAsync(cancellationToken).ConfigureAwait(false);
        while (await _channel.ReadAsync(cancellationToken).ConfigureAwait(false) is { } data)
            yield return Verify(data);
    }

    private async Task<IReadOnlyList<IceServer>> SetUpAsync(Func<MessageTransport, Task<IReadOnlyList<IceServer>>> setUp)
    {
        try
        {
            return await setUp(this).ConfigureAwait(false);
        }
        catch (HeliographException) when (HasEnded)
        {
            throw;
        }
        catch (OperationCanceledException) when (HasEnded)
        {
            throw _channel.Error ?? ChannelException.Closed();
        }
        catch (ChannelException error)
        {
            _channel.Fail(error);
            throw;
        }
        catch (Exception error)
        {
            // The application's own, from its lookup of a secret.
            var failure = new ChannelException(SignalingErrorCodes.InternalError, "The setup of the channel has failed.", error);
            _channel.Fail(failure);
            throw failure;
        }
    }

    /// <summary>Whoever is asked something during the setup learns that nobody waits for the answer any more.</summary>
    private async Task WatchChannelAsync()
    {
        await _channel.Completion.ConfigureAwait(false);
        // What the application has registered with its token may throw, and there is nobody left to tell.
        await _channelEnd.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<IReadOnlyList<IceServer>> AnswerSetupAsync(SignalingDevice device, MessageSecurity security)
    {
        if (security is NoSecurity { AllowUnauthorized: false } && !_channel.IsAuthorized)
            throw new ChannelException(SignalingErrorCodes.AccessDenied, "The device takes only clients with a token.");
        var request = await ReadSetupAsync().ConfigureAwait(false);
        _signer = await CreateSignerAsync(security, () => SharedSecretSigner.ReadKeyId(request)).ConfigureAwait(false);
        Require<SetupRequestMessage>(Verify(request));
        var iceServers = await GetIceServersAsync(device.GetIceServersAsync).ConfigureAwait(false);
        await PostAsync(new SetupResponseMessage(iceServers), CancellationToken.None).ConfigureAwait(false);
        return iceServers;
    }

    private async Task<IReadOnlyList<IceServer>> RequestSetupAsync(SignalingClient client, MessageSecurity security)
    {
        _signer = await CreateSignerAsync(security, () => (security as SharedSecretSecurity)?.KeyId).ConfigureAwait(false);
        await PostAsync(new SetupRequestMessage(), CancellationToken.None).ConfigureAwait(false);
        var response = Require<SetupResponseMessage>(Verify(await ReadSetupAsync().ConfigureAwait(false)));
        return response.IceServers.Count > 0 ? response.IceServers : await GetIceServersAsync(client.GetIceServersAsync).ConfigureAwait(false);
    }

    private async Task<JsonElement> ReadSetupAsync() =>
        await _channel.ReadAsync(CancellationToken.None).ConfigureAwait(false) ?? throw ChannelException.Closed();

    private async Task<MessageSigner> CreateSignerAsync(MessageSecurity security, Func<string?> readKeyId)
    {
        if (security is not SharedSecretSecurity shared)
            return new NoneSigner();
        string? keyId;
        try
        {
            keyId = readKeyId();
        }
        catch (MessageRejectedException error)
        {
            throw ChannelException.From(error);
        }

        // The lookup may not heed its token, and must not hold up the end.
        var secret = await shared.FindSecret(keyId, _channelEnd.Token).AsTask().WaitAsync(_channelEnd.Token).ConfigureAwait(false);
        return string.IsNullOrEmpty(secret)
            ? throw new ChannelException(SignalingErrorCodes.VerificationError, "There is no secret for this key ID.")
            : new SharedSecretSigner(secret, shared.KeyId);
    }

    /// <summary>Without ICE servers peers in one network still find each other, so this must not end the setup.</summary>
    private async Task<IReadOnlyList<IceServer>> GetIceServersAsync(Func<CancellationToken, Task<IReadOnlyList<IceServer>>> get)
    {
        try
        {
            return await get(_channelEnd.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Whatever it is: the application's own HttpHandler may throw anything.
            if (!HasEnded)
                NoIceServers(_logger, error is HeliographException ? error.Message : error.GetType().Name);
            return [];
        }
    }

    private static T Require<T>(SignalingMessage message) where T : SignalingMessage => message as T
        ?? throw new ChannelException(SignalingErrorCodes.DecodeError, "The first message is not that of the setup.");

    /// <exception cref="ChannelException">The message can't be verified: the channel has ended.</exception>
    private SignalingMessage Verify(JsonElement data)
    {
        // Nothing counts that came after a message which was turned down, also for who reads on.
        if (_rejection is not null)
            throw _rejection;
        try
        {
            return SignalingMessageJson.Read(_signer!.Verify(data));
        }
        catch (MessageRejectedException error)
        {
            _rejection = ChannelException.From(error);
            _channel.Fail(_rejection);
            throw _rejection;
        }
    }

    /// <summary>Signatures are made in the order of sending, so one message waits for room at a time.</summary>
    private async ValueTask PostAsync(SignalingMessage message, CancellationToken cancellationToken)
    {
        var json = SignalingMessageJson.Write(message);
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _channel.SendAsync(() => _signer!.Sign(json, _channel.MaxDataBytes), cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentException error)
        {
            throw new ArgumentException($"The message has {json.Length} bytes, signed more than {nameof(SignalingOptions.MaxMessageBytes)} allows.", nameof(message), error);
        }
        finally
        {
            _sending.Release();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "There are no ICE servers for a peer connection; it may not get through. {Reason}")]
    private static partial void NoIceServers(ILogger logger, string reason);
}
