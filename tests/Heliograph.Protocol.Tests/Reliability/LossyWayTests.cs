using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Heliograph.Protocol.Reliability;

namespace Heliograph.Protocol.Tests.Reliability;

/// <summary>Sender and receiver with a way between them that loses, doubles and moves what it carries.</summary>
public sealed class LossyWayTests
{
    [Fact]
    public void Messages_OverAnyWayThatIsMendedInTheEnd_ArriveOnceAndInOrder() =>
        Prop.ForAll(Checks.Seeds, seed =>
        {
            var way = new Way(new(seed));

            way.Run();

            way.Delivered.ShouldBe(Enumerable.Range(0, way.Sent));
            way.IsSettled.ShouldBeTrue();
        }).Check(Checks.Of(3000));

    private sealed class Way(Random random)
    {
        private readonly ReliableSender _sender = new();
        private readonly ReliableReceiver _receiver = new();
        private readonly List<byte[]> _toReceiver = [];
        private readonly List<byte[]> _toSender = [];

        public int Sent { get; private set; }

        public List<int> Delivered { get; } = [];

        public bool IsSettled => _sender.Unacknowledged.Count == 0 && _sender.UnacknowledgedBytes == 0;

        public void Run()
        {
            for (var step = random.Next(1, 200); step > 0; step--)
                Step();
            // The way is good again, and what was on it is lost: one resend brings everything.
            _toReceiver.Clear();
            _toSender.Clear();
            Resend();
            while (_toReceiver.Count + _toSender.Count > 0)
            {
                Carry(_toReceiver, 0);
                Carry(_toSender, 0);
            }
        }

        private void Step()
        {
            switch (random.Next(8))
            {
                case 0 or 1 or 2:
                    _toReceiver.Add(_sender.Add(Encoding.ASCII.GetBytes($"{Sent++}")));
                    break;
                case 3:
                    Carry(_toReceiver, random.Next(2) == 0 ? 0 : random.Next(_toReceiver.Count + 1));
                    break;
                case 4:
                    Carry(_toSender, random.Next(2) == 0 ? 0 : random.Next(_toSender.Count + 1));
                    break;
                case 5:
                    Lose(random.Next(2) == 0 ? _toReceiver : _toSender);
                    break;
                case 6:
                    Double(random.Next(2) == 0 ? _toReceiver : _toSender);
                    break;
                default:
                    Resend();
                    break;
            }
        }

        private void Resend() => _toReceiver.AddRange(_sender.Unacknowledged);

        private void Lose(List<byte[]> on)
        {
            if (on.Count > 0)
                on.RemoveAt(random.Next(on.Count));
        }

        private void Double(List<byte[]> on)
        {
            if (on.Count > 0)
                on.Insert(random.Next(on.Count), on[random.Next(on.Count)]);
        }

        private void Carry(List<byte[]> on, int which)
        {
            if (which >= on.Count)
                return;
            var bytes = on[which];
            on.RemoveAt(which);
            ReliabilityMessage.TryRead(JsonElement.Parse(bytes), out var message).ShouldBeTrue();
            if (message.IsData)
                Receive(message);
            else
                _sender.Acknowledge(message.Seq);
        }

        private void Receive(ReliabilityMessage message)
        {
            var reception = _receiver.Receive(message.Seq);
            if (reception == Reception.New)
                Delivered.Add(message.Data.GetInt32());
            if (reception != Reception.TooEarly)
                _toSender.Add(ReliabilityMessage.WriteAck(message.Seq));
        }
    }
}
