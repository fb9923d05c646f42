using System.Collections.Concurrent;
using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Heliograph.Server.Relay;

namespace Heliograph.Server.Live.Nodes;

/// <summary>Asks the other nodes what they know of a device, for its page, and answers when others ask.</summary>
internal sealed class DeviceQuestions
{
    /// <summary>How long a page waits for them.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private const int MaxClients = 100;

    private readonly INodeBus _bus;
    private readonly RelayHub _hub;
    private readonly DeviceHistories _histories;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, Question> _open = new(StringComparer.Ordinal);

    public DeviceQuestions(INodeBus bus, RelayHub hub, DeviceHistories histories, TimeProvider time)
    {
        (_bus, _hub, _histories, _time) = (bus, hub, histories, time);
        bus.Listen(NodeTopics.DeviceAsked, NodeJson.Wire.DeviceQuestion, Answer);
        bus.Listen(NodeTopics.DeviceAnswer, NodeJson.Wire.DeviceKnowledge, Take);
    }

    /// <summary>What all nodes know of a device, this one first. Those that do not answer within a second are named.</summary>
    public async Task<DeviceOnNodes> AskAsync(DeviceAddress device, CancellationToken cancellationToken)
    {
        var (connection, clients) = _hub.ConnectionsOf(device);
        var own = new DeviceOnNode(_bus.Name, _histories.Since, connection, clients.Count, clients, _histories.Read(device));
        var others = _bus.Others();
        var reachable = others.Where(x => x.State != NodeState.Lost).Select(x => x.Name).ToList();
        if (others.Count == 0)
            return new([own], []);

        var id = Guid.NewGuid().ToString("N");
        var question = new Question(reachable);
        _open[id] = question;
        try
        {
            if (reachable.Count > 0)
            {
                _bus.Tell(NodeTopics.DeviceAsked, new() { Id = id, Product = device.Product.Value, Device = device.Device.Value }, NodeJson.Wire.DeviceQuestion);
                await question.Answered.WaitAsync(Patience, _time, cancellationToken);
            }
        }
        catch (TimeoutException)
        {
            // The page says who did not answer.
        }
        finally
        {
            _open.TryRemove(id, out _);
        }

        var answers = question.Answers;
        return new(
            [own, .. answers.Select(x => Read(x.Key, x.Value))],
            [.. reachable.Where(name => !answers.ContainsKey(name)), .. others.Where(x => x.State == NodeState.Lost).Select(x => x.Name)]);
    }

    private void Answer(string node, DeviceQuestion question)
    {
        if (!ProductId.TryParse(question.Product, out var product) || !DeviceId.TryParse(question.Device, out var id))
            return;
        var device = new DeviceAddress(product, id);
        var (connection, clients) = _hub.ConnectionsOf(device);
        var answer = new DeviceKnowledge
        {
            Id = question.Id,
            Since = _histories.Since,
            Connection = connection is null ? null : Write(connection),
            ClientCount = clients.Count,
            Clients = [.. clients.Take(MaxClients).Select(Write)],
            History = [.. _histories.Read(device).Select(NodeEvents.Write)],
        };
        _bus.Tell(NodeTopics.DeviceAnswer, answer, NodeJson.Wire.DeviceKnowledge, node);
    }

    private void Take(string node, DeviceKnowledge answer)
    {
        if (_open.TryGetValue(answer.Id, out var question))
            question.Take(node, answer);
    }

    private static NodeConnection Write(ConnectionSummary connection) => new()
    {
        Channel = connection.Channel, Since = connection.Since, IsAuthorized = connection.IsAuthorized, Address = connection.Address?.ToString(),
    };

    private static DeviceOnNode Read(string node, DeviceKnowledge answer) => new(
        node,
        answer.Since,
        answer.Connection is { } connection ? Read(node, connection) : null,
        answer.ClientCount,
        [.. answer.Clients.Select(x => Read(node, x))],
        [.. answer.History.Select(x => NodeEvents.Read(x, node)).OfType<LiveEvent>()]);

    private static ConnectionSummary Read(string node, NodeConnection told) =>
        new(told.Channel, told.Since, told.IsAuthorized, IPAddress.TryParse(told.Address, out var address) ? address : null) { Node = node };

    private sealed class Question(IReadOnlyCollection<string> nodes)
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, DeviceKnowledge> _answers = new(StringComparer.Ordinal);
        private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Answered => _answered.Task;

        public IReadOnlyDictionary<string, DeviceKnowledge> Answers
        {
            get
            {
                lock (_lock)
                    return new Dictionary<string, DeviceKnowledge>(_answers);
            }
        }

        public void Take(string node, DeviceKnowledge answer)
        {
            lock (_lock)
            {
                _answers[node] = answer;
                if (nodes.All(_answers.ContainsKey))
                    _answered.TrySetResult();
            }
        }
    }
}
