using System.Collections.Concurrent;
using System.Globalization;
using Heliograph.Protocol;
using Heliograph.Sdk;
using Heliograph.Terminal;

namespace Heliograph.Peers;

/// <summary>
/// A device that shows what its clients send. A line of standard input goes to the client that was heard last; <c>#2 line</c> goes to
/// the second channel.
/// </summary>
internal sealed class DeviceOnTerminal(SignalingDevice device, MessageSecurity security, PeerLog log, Output output, bool echo)
{
    private readonly ConcurrentDictionary<int, (SignalingChannel Channel, MessageTransport Transport)> _open = new();
    private int _channels;
    private volatile int _last;

    /// <summary>Runs until it is told to end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        device.StateChanged += (_, change) => log.Connection(change);
        var answering = AnswerAsync(cancellationToken);
        try
        {
            await device.RunAsync(HandleAsync, cancellationToken);
        }
        finally
        {
            await answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task HandleAsync(SignalingChannel channel, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _channels);
        log.Opened(number, channel);
        channel.StateChanged += (_, change) => log.Channel(number, channel, change.State, change.Error);
        var transport = MessageTransport.ForDevice(device, channel, security);
        try
        {
            log.SetUp(number, channel, (await transport.WaitForSetupAsync(cancellationToken)).Count);
            _open[number] = (channel, transport);
            _last = number;
            await foreach (var message in transport.ReadAllAsync(cancellationToken))
            {
                _last = number;
                log.Message(number, channel, isIncoming: true, message);
                if (echo && message is ApplicationMessage)
                    await SendAsync(number, message, cancellationToken);
            }
        }
        catch (HeliographException)
        {
            // The channel has failed, which its state has told.
        }
        finally
        {
            _open.TryRemove(number, out _);
        }
    }

    private async Task AnswerAsync(CancellationToken cancellationToken)
    {
        await foreach (var line in InputLines.Start().ReadAllAsync(cancellationToken))
        {
            var (number, text) = Address(line);
            if (!_open.ContainsKey(number))
                output.Note(number == 0 ? "No client has come yet." : $"The channel #{number} is not open.");
            else
                await SendAsync(number, MessageText.Parse(text), cancellationToken);
        }
    }

    private async Task SendAsync(int number, SignalingMessage message, CancellationToken cancellationToken)
    {
        if (!_open.TryGetValue(number, out var to))
            return;
        try
        {
            await to.Transport.SendAsync(message, cancellationToken);
            log.Message(number, to.Channel, isIncoming: false, message);
        }
        catch (HeliographException)
        {
            // The channel has ended, which its state has told.
        }
        catch (ArgumentException)
        {
            output.Note(MessageText.TooLarge);
        }
    }

    private (int Number, string Text) Address(string line) =>
        line.Split(' ', 2) is [['#', .. var digits], var text] && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (number, text)
            : (_last, line);
}
