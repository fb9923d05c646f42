using System.Threading.Channels;
using Heliograph.Sdk;
using Heliograph.Terminal;

namespace Heliograph.Peers;

/// <summary>A client whose messages are the lines of standard input, and which shows what the device sends.</summary>
internal sealed class ClientOnTerminal(SignalingClient client, MessageSecurity security, PeerLog log)
{
    private const int Number = 1;

    /// <summary>Runs until the input has ended, so many messages have come, or the device closes the channel.</summary>
    /// <param name="first">What is sent before the input.</param>
    /// <param name="count">How many messages to wait for; null for no end but the input's.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="HeliographException">It can't connect, or the channel fails.</exception>
    public async Task RunAsync(IReadOnlyList<string> first, int? count, CancellationToken cancellationToken)
    {
        client.StateChanged += (_, change) => log.Connection(change);
        client.Channel.StateChanged += (_, change) => log.Channel(Number, client.Channel, change.State, change.Error);
        await client.ConnectAsync(cancellationToken);
        var transport = MessageTransport.ForClient(client, security);
        log.SetUp(Number, client.Channel, (await transport.WaitForSetupAsync(cancellationToken)).Count);

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = SendAsync(transport, first, InputLines.Start(), end.Token);
        var reading = ReadAsync(transport, count, end.Token);
        // What was asked for has come, or the channel has ended; or there is nothing more to send, and nothing was asked for.
        var ended = await Task.WhenAny(sending, reading);
        if (count is not null && sending.IsCompletedSuccessfully)
            ended = reading;
        try
        {
            await ended;
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(sending, reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SendAsync(MessageTransport transport, IReadOnlyList<string> first, ChannelReader<string> lines, CancellationToken cancellationToken)
    {
        foreach (var line in first)
            await SendAsync(transport, line, cancellationToken);
        await foreach (var line in lines.ReadAllAsync(cancellationToken))
            await SendAsync(transport, line, cancellationToken);
    }

    private async Task SendAsync(MessageTransport transport, string line, CancellationToken cancellationToken)
    {
        var message = MessageText.Parse(line);
        try
        {
            await transport.SendAsync(message, cancellationToken);
        }
        catch (ArgumentException)
        {
            throw new CommandException(MessageText.TooLarge);
        }

        log.Message(Number, client.Channel, isIncoming: false, message);
    }

    private async Task ReadAsync(MessageTransport transport, int? count, CancellationToken cancellationToken)
    {
        await foreach (var message in transport.ReadAllAsync(cancellationToken))
        {
            log.Message(Number, client.Channel, isIncoming: true, message);
            if (--count == 0)
                return;
        }
    }
}
