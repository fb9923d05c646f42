using System.Text;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Relay;

/// <summary>
/// Random sequences of frames: messages whole and in fragments, control frames between them, each with a mask and a form of its length of its own,
/// and at will one violation.
/// </summary>
internal sealed class RandomFrames(Random random)
{
    private static readonly string[] Pieces = ["a", "ü", "€", "😀", "{\"type\":\"PING\"}", " ", "0123456789"];
    /// <summary>The smallest payload that needs 64 bits for its length.</summary>
    private const int Longest = ushort.MaxValue + 1;

    /// <summary>What is no UTF-8: a lone and a missing continuation, an overlong form, a surrogate, a number beyond Unicode, and bytes that never occur.</summary>
    private static readonly byte[][] BadTexts = [[0x80], [0xC3, 0x28], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xFE], [0xFF]];

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
        return [.. frames.Select(x => x with { Mask = NewMask() })];
    }

    private void AddMessage(List<RawFrame> frames)
    {
        var isText = random.Next(3) > 0;
        var payload = isText ? Encoding.UTF8.GetBytes(NewText(random.Next(4) == 0 ? 3000 : 20)) : NewBytes(random.Next(100) == 0 ? Longest : random.Next(200));
        AddFragments(frames, isText ? RawFrame.Text : RawFrame.Binary, payload);
    }

    private void AddFragments(List<RawFrame> frames, int opcode, byte[] payload)
    {
        for (var at = 0; ;)
        {
            var size = random.Next(2) == 0 ? payload.Length - at : random.Next(payload.Length - at + 1);
            var isLast = at + size == payload.Length && random.Next(4) > 0;
            frames.Add(new(opcode, payload[at..(at + size)]) { IsFinal = isLast, LengthBytes = NewLengthBytes(size) });
            if (isLast)
                return;
            at += size;
            opcode = RawFrame.Continuation;
            if (random.Next(4) == 0)
                frames.Add(NewControl());
        }
    }

    /// <summary>The shortest form, or at times a longer one, which RFC 6455 section 5.2 forbids who sends and no reader here minds.</summary>
    private int? NewLengthBytes(int size) => random.Next(8) switch
    {
        0 => 8,
        1 when size <= ushort.MaxValue => 2,
        _ => null,
    };

    private uint NewMask() => random.Next(20) == 0 ? 0 : (uint)random.NextInt64(uint.MaxValue + 1L);

    private RawFrame NewControl() => new(random.Next(2) == 0 ? RawFrame.Ping : RawFrame.Pong, NewBytes(random.Next(126)));

    private void AddViolation(List<RawFrame> frames)
    {
        RawFrame[] violation = random.Next(12) switch
        {
            0 => [RawFrame.OfText("x") with { IsMasked = false }],
            1 => [RawFrame.OfText("x") with { Reserved = random.Next(1, 8) }],
            2 => [new(new[] { 3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF }[random.Next(10)], [])],
            3 => [new(RawFrame.Ping, []) { IsFinal = false }],
            4 => [new(RawFrame.Pong, new byte[126 + random.Next(100)])],
            5 => [new(RawFrame.Continuation, [1])],
            6 => [RawFrame.OfText("x") with { IsFinal = false }, RawFrame.OfText("y")],
            7 => [new(RawFrame.Close, [3])],
            8 => [new(RawFrame.Text, NewBadText())],
            9 => NewBadFragments(),
            10 => [new(RawFrame.Close, [3, 232, .. NewBadText().Take(123)])],
            _ => [RawFrame.OfClose(new[] { 0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535 }[random.Next(9)])],
        };
        frames.AddRange(violation);
        // Something behind it: the platform looks at a header when it has as many bytes as a masked one.
        frames.Add(new(RawFrame.Ping, new byte[20]));
    }

    private byte[] NewBadText()
    {
        var bad = BadTexts[random.Next(BadTexts.Length)];
        // At the end, in what is cut off there would be the beginning of a character.
        return [.. Encoding.UTF8.GetBytes(NewText(8)), .. bad, .. random.Next(2) == 0 ? "x"u8 : []];
    }

    private RawFrame[] NewBadFragments()
    {
        var frames = new List<RawFrame>();
        AddFragments(frames, RawFrame.Text, NewBadText());
        return [.. frames];
    }

    private string NewText(int pieces) => string.Concat(Enumerable.Range(0, random.Next(pieces)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private byte[] NewBytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
