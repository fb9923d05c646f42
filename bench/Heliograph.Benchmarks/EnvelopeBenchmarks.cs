using System.Text;
using BenchmarkDotNet.Attributes;
using Heliograph.Protocol;
using Heliograph.Protocol.Routing;
using Heliograph.Server.Relay.Frames;

namespace Heliograph.Benchmarks;

/// <summary>What the relay does to each message: unmask, read the envelope, rebuild it.</summary>
[BenchmarkCategory(Category.NoAllocation)]
public class EnvelopeBenchmarks
{
    private readonly byte[] _destination = new byte[80 * 1024];
    private ChannelId _channel;
    private byte[] _frame = [];

    /// <summary>Bytes of the relayed message.</summary>
    [Params(512, 8192)]
    public int MessageSize { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _channel = ChannelId.New();
        var data = new string('x', MessageSize - """{"type":"DATA","seq":12,"data":""}""".Length);
        _frame = Encoding.UTF8.GetBytes(
            $$$"""{"type":"MESSAGE","channelId":"{{{_channel}}}","message":{"type":"DATA","seq":12,"data":"{{{data}}}"}}""");
    }

    [Benchmark]
    public void Unmask() => Masking.Apply(_frame, 0);

    [Benchmark]
    public int Read()
    {
        Envelope.TryRead(_frame, out var envelope);
        return envelope.Message.Length;
    }

    [Benchmark]
    public int ReadAndRebuild()
    {
        Envelope.TryRead(_frame, out var envelope);
        envelope.TryGetChannel(out var channel);
        return RoutingWriter.WriteMessageToDevice(_destination, channel, envelope.Message, authorized: true);
    }
}
