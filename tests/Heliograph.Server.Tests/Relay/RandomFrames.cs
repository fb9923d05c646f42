using System.Text;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Relay;

/// <summary>Random sequences of frames: messages whole and in fragments, control frames between them, and at will one violation.</summary>
internal sealed class RandomFrames(Random random)
{
    private static readonly string[] Pieces = ["a", "ü", "€", "😀", "{\"type\":\"PING\"}", " ", "0123456789"];
    private static readonly int[] CloseCodes = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];

    public List<RawFrame> NewSequence(bool withViolation)
    {
        var frames = new List<RawFrame>();
        for (var i = random.Next(1, 12); i > 0; i--)
        {
            if (random.Next(3) == 0)
                frames.Add(NewControl());
            else
                AddMessage(frames);
        }

        if (withViolation)
            AddViolation(frames);
        else if (random.Next(2) == 0)
            frames.Add(random.Next(4) == 0 ? new(RawFrame.Close, []) : RawFrame.OfClose(CloseCodes[random.Next(CloseCodes.Length)], NewText(5)));
        return frames;
    }

    private void AddMessage(List<RawFrame> frames)
    {
        var isText = random.Next(3) > 0;
        var payload = isText ? Encoding.UTF8.GetBytes(NewText(random.Next(4) == 0 ? 3000 : 20)) : NewBytes(random.Next(200));
        var opcode = isText ? RawFrame.Text : RawFrame.Binary;
        for (var at = 0; ;)
        {
            var size = random.Next(2) == 0 ? payload.Length - at : random.Next(payload.Length - at + 1);
            var isLast = at + size == payload.Length && random.Next(4) > 0;
            frames.Add(new(opcode, payload[at..(at + size)]) { IsFinal = isLast, LengthBytes = random.Next(8) == 0 ? 8 : null });
            if (isLast)
                return;
            at += size;
            opcode = RawFrame.Continuation;
            if (random.Next(4) == 0)
                frames.Add(NewControl());
        }
    }

    private RawFrame NewControl() => new(random.Next(2) == 0 ? RawFrame.Ping : RawFrame.Pong, NewBytes(random.Next(126)));

    /// <summary>Only what all readers judge alike, whatever they check first.</summary>
    private void AddViolation(List<RawFrame> frames)
    {
        RawFrame[] violation = random.Next(9) switch
        {
            0 => [RawFrame.OfText("x") with { IsMasked = false }],
            1 => [RawFrame.OfText("x") with { Reserved = random.Next(1, 8) }],
            2 => [new(new[] { 3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF }[random.Next(10)], [])],
            3 => [new(RawFrame.Ping, []) { IsFinal = false }],
            4 => [new(RawFrame.Pong, new byte[126 + random.Next(100)])],
            5 => [new(RawFrame.Continuation, [1])],
            6 => [RawFrame.OfText("x") with { IsFinal = false }, RawFrame.OfText("y")],
            7 => [new(RawFrame.Close, [3])],
            _ => [RawFrame.OfClose(new[] { 0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535 }[random.Next(9)])],
        };
        frames.AddRange(violation);
        // Something behind it: the platform looks at a header when it has as many bytes as a masked one.
        frames.Add(new(RawFrame.Ping, new byte[20]));
    }

    private string NewText(int pieces) => string.Concat(Enumerable.Range(0, random.Next(pieces)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private byte[] NewBytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
