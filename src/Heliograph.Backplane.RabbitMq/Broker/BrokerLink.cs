using System.Threading.Channels;
using Heliograph.Backplane.RabbitMq.Wire;
using Heliograph.Server.Backplane;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Heliograph.Backplane.RabbitMq.Broker;

/// <summary>
/// This node's link to the broker: one connection to publish and one to consume, one queue of its own. It is made anew, with all that it
/// declares, a second after it broke; the client's own recovery, which restores piece by piece, is off. What is to be sent gathers while the
/// broker is being written to, and goes together.
/// </summary>
internal sealed class BrokerLink : IAsyncDisposable
{
    /// <summary>Between two tries to reach the broker.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>An envelope is closed once it has so many bytes of bodies.</summary>
    private const int EnvelopeSize = 128 * 1024;

    /// <summary>So many messages may wait for the broker; more are not taken.</summary>
    private const int MaxWaiting = 50_000;

    private readonly NodeAddress _self;
    private readonly IBrokerHandler _handler;
    private readonly string _exchange;
    private readonly string _everybody;
    private readonly string _expiration;
    private readonly List<(ConnectionFactory Factory, AmqpTcpEndpoint Endpoint)> _brokers;
    private readonly TimeProvider _time;
    private readonly ILogger<BrokerLink> _logger;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private int _links;
    private volatile Channel<Outgoing>? _outgoing;

    public BrokerLink(NodeAddress self, string region, ClusterOptions options, IBrokerHandler handler, TimeProvider time, ILogger<BrokerLink> logger)
    {
        _self = self;
        _handler = handler;
        _time = time;
        _logger = logger;
        // Regions that share a broker, as on a laptop, hear nothing of each other.
        _exchange = $"heliograph.{region}";
        _everybody = $"heliograph.{region}.all";
        // Milliseconds. Whoever waits for an answer gives up then; what comes later would be of no use.
        _expiration = ((long)options.NodeTimeout.TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        _brokers = [.. options.Brokers.Select(x => new Uri(x)).Select(uri => (CreateFactory(uri), CreateEndpoint(uri)))];
    }

    /// <summary>Whether the broker is reached.</summary>
    public bool IsOpen => _outgoing is not null;

    /// <summary>Begins to reach the broker, and goes on for as long as this lives.</summary>
    public void Start() => _running = RunAsync();

    /// <summary>Has a message sent to a node.</summary>
    /// <returns>Whether it will be; false where the broker is not reached, or takes too little.</returns>
    public bool TrySend(NodeAddress to, NodeMessage message) => TrySend(new Outgoing(to, message));

    /// <summary>Has a message sent to all nodes, this one included.</summary>
    public bool TrySendToAll(NodeMessage message) => TrySend(new Outgoing(null, message));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private bool TrySend(Outgoing outgoing) => _outgoing?.Writer.TryWrite(outgoing) is true;

    private async Task RunAsync()
    {
        var isFirst = true;
        var wasReached = true;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (!isFirst)
                    await Task.Delay(RetryInterval, _time, _stop.Token);
                isFirst = false;
                await ConnectAsync(() => wasReached = true);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (IsBrokers(error))
            {
                // Once for each time that it is lost.
                if (wasReached)
                    _logger.BrokerUnreachable(Describe(error));
                wasReached = false;
            }
        }
    }

    /// <summary>Connects, and completes or fails when the link is broken.</summary>
    private async Task ConnectAsync(Action onOpened)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        await using var consuming = await OpenAsync($"heliograph {_self.Name} consumes", broken.Token);
        await using var publishing = await OpenAsync($"heliograph {_self.Name} publishes", broken.Token);
        string? reason = null;
        foreach (var connection in (IConnection[])[consuming, publishing])
            connection.ConnectionShutdownAsync += OnShutdownAsync;
        await using var publisher = await publishing.CreateChannelAsync(cancellationToken: broken.Token);
        await using var consumer = await consuming.CreateChannelAsync(cancellationToken: broken.Token);
        publisher.ChannelShutdownAsync += OnShutdownAsync;
        consumer.ChannelShutdownAsync += OnShutdownAsync;
        publisher.BasicReturnAsync += OnReturnAsync;
        await ConsumeAsync(consumer, () => BreakAsync("its queue was deleted"), broken.Token);

        var outgoing = Channel.CreateBounded<Outgoing>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
        _outgoing = outgoing;
        try
        {
            _logger.BrokerReached(consuming.Endpoint.HostName, consuming.Endpoint.Port);
            onOpened();
            _handler.Opened();
            await PublishAsync(publisher, outgoing.Reader, broken.Token);
        }
        catch (OperationCanceledException) when (broken.IsCancellationRequested && !_stop.IsCancellationRequested)
        {
            throw new BrokerUnreachableException(new IOException(reason ?? "the connection was closed"));
        }
        finally
        {
            _outgoing = null;
            outgoing.Writer.TryComplete();
            _handler.Lost();
            publisher.BasicReturnAsync -= OnReturnAsync;
        }

        Task OnShutdownAsync(object sender, ShutdownEventArgs shutdown) => BreakAsync(shutdown.ReplyText);

        async Task BreakAsync(string why)
        {
            reason ??= why;
            try
            {
                await broken.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // It is the link's own end that closes it.
            }
        }
    }

    /// <summary>Opens a connection to the first broker of the list that answers.</summary>
    private async Task<IConnection> OpenAsync(string name, CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                // One at a time: of several the client takes any, with the user of one and the same URI.
                return await _brokers[i].Factory.CreateConnectionAsync([_brokers[i].Endpoint], name, cancellationToken);
            }
            catch (Exception error) when (IsBrokers(error) && i + 1 < _brokers.Count && !cancellationToken.IsCancellationRequested)
            {
                // The next one's turn.
            }
        }
    }

    private static ConnectionFactory CreateFactory(Uri uri) => new()
    {
        Uri = uri,
        AutomaticRecoveryEnabled = false,
        TopologyRecoveryEnabled = false,
        RequestedHeartbeat = Heartbeat,
        RequestedConnectionTimeout = Patience,
        ContinuationTimeout = Patience,
        HandshakeContinuationTimeout = Patience,
        SocketReadTimeout = Patience,
        SocketWriteTimeout = Patience,
        ConsumerDispatchConcurrency = 1,
    };

    private static AmqpTcpEndpoint CreateEndpoint(Uri uri) => new(uri, new SslOption(uri.Host, enabled: uri.Scheme == "amqps"));

    private async Task ConsumeAsync(IChannel channel, Func<Task> onQueueLost, CancellationToken cancellationToken)
    {
        await channel.ExchangeDeclareAsync(_exchange, ExchangeType.Direct, durable: false, autoDelete: false, cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(_everybody, ExchangeType.Fanout, durable: false, autoDelete: false, cancellationToken: cancellationToken);
        // Another one each time: of a connection that broke the broker may delete queue and bindings by name only after they are there again.
        var name = $"heliograph.{_self.RoutingKey}.{++_links}";
        var queue = await channel.QueueDeclareAsync(name, durable: false, exclusive: true, autoDelete: true, cancellationToken: cancellationToken);
        await channel.QueueBindAsync(queue.QueueName, _exchange, _self.RoutingKey, cancellationToken: cancellationToken);
        await channel.QueueBindAsync(queue.QueueName, _everybody, "", cancellationToken: cancellationToken);
        // Acknowledged by being sent: at most once.
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, new Consumer(channel, _handler, onQueueLost), cancellationToken);
    }

    private Task OnReturnAsync(object sender, BasicReturnEventArgs returned)
    {
        if (NodeAddress.TryParse(returned.RoutingKey, out var node))
            _handler.Returned(node, returned.Body);
        return Task.CompletedTask;
    }

    private async Task PublishAsync(IChannel channel, ChannelReader<Outgoing> outgoing, CancellationToken cancellationToken)
    {
        var properties = new BasicProperties { Expiration = _expiration };
        var batches = new List<(NodeAddress? To, List<NodeMessage> Messages, int Size)>();
        while (await outgoing.WaitToReadAsync(cancellationToken))
        {
            while (outgoing.TryRead(out var next))
                Add(batches, next);
            foreach (var (to, messages, _) in batches)
            {
                // Mandatory where it is for one node: what has no queue to go to comes back.
                await channel.BasicPublishAsync(
                    to is null ? _everybody : _exchange, to?.RoutingKey ?? "", mandatory: to is not null, properties, NodeWriter.Write(_self, messages), cancellationToken);
            }

            batches.Clear();
        }
    }

    private static void Add(List<(NodeAddress? To, List<NodeMessage> Messages, int Size)> batches, in Outgoing next)
    {
        var (to, size) = (next.To, next.Message.Body.Length);
        var at = batches.FindLastIndex(x => x.To == to);
        if (at < 0 || batches[at].Size + size > EnvelopeSize)
        {
            batches.Add((to, [next.Message], size));
            return;
        }

        batches[at].Messages.Add(next.Message);
        batches[at] = batches[at] with { Size = batches[at].Size + size };
    }

    private static bool IsBrokers(Exception error) =>
        error is BrokerUnreachableException or RabbitMQClientException or IOException or TimeoutException or OperationCanceledException
            or ObjectDisposedException or System.Net.Sockets.SocketException;

    /// <summary>What went wrong, without the URI, which may have a password in it.</summary>
    private static string Describe(Exception error) => error.GetBaseException().Message;

    private sealed class Consumer(IChannel channel, IBrokerHandler handler, Func<Task> onQueueLost) : AsyncDefaultBasicConsumer(channel)
    {
        public override Task HandleBasicDeliverAsync(
            string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties,
            ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
        {
            handler.Received(body);
            return Task.CompletedTask;
        }

        /// <summary>The broker's word that nothing more will come, though the connection lives.</summary>
        public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default) => onQueueLost();
    }

    /// <param name="To">The node that it is for; all where null.</param>
    private readonly record struct Outgoing(NodeAddress? To, NodeMessage Message);
}
