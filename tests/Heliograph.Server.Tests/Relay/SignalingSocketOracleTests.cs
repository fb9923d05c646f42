using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using Heliograph.Server.Relay;
using Heliograph.Server.Tests.Fuzz;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Relay;

/// <summary>
/// The service's own WebSocket beside the platform's: of the same bytes both must make the same messages, answers to pings, and end. Where the two
/// may differ is in <see cref="IsKnown"/>.
/// </summary>
public sealed class SignalingSocketOracleTests
{
    private const int Limit = 128 * 1024;

    /// <summary>The longest header of a frame that a client sends.</summary>
    private const int LongestHeader = 14;

    [Fact]
    public Task Receive_OfRandomValidFrames_GivesWhatThePlatformGives() =>
        FuzzRun.RepeatAsync(3000, fuzz => CompareAsync(fuzz, NewFrames(fuzz, withViolation: false)));

    [Fact]
    public Task Receive_OfRandomViolations_EndsWhereThePlatformEnds() =>
        FuzzRun.RepeatAsync(3000, fuzz => CompareAsync(fuzz, NewFrames(fuzz, withViolation: true)));

    [Fact]
    public Task Receive_OfMutatedFrames_GivesWhatThePlatformGives() =>
        FuzzRun.RepeatAsync(5000, fuzz => CompareAsync(fuzz, fuzz.Mutate(NewFrames(fuzz, withViolation: fuzz.Random.Next(4) == 0))));

    [Fact]
    public Task Receive_OfRandomBytes_EndsWhereThePlatformEnds() =>
        FuzzRun.RepeatAsync(3000, fuzz => CompareAsync(fuzz, [.. NewFrames(fuzz, withViolation: false), .. fuzz.New(300)]));

    /// <summary>Sections 5.2 and 5.5: the shortest form of a length, which for a control frame stands in the second byte. The platform minds neither.</summary>
    [Theory]
    [InlineData(RawFrame.Ping, 2)]
    [InlineData(RawFrame.Ping, 8)]
    [InlineData(RawFrame.Close, 2)]
    [InlineData(RawFrame.Close, 8)]
    public async Task Receive_OfAControlFrameWhoseLengthIsElsewhere_IsAViolationButToThePlatform(int opcode, int lengthBytes)
    {
        byte[] bytes = [.. (new RawFrame(opcode, []) { LengthBytes = lengthBytes }).ToBytes(), .. new byte[LongestHeader]];

        var (ours, theirs) = (await ReadOursAsync(new(bytes, new(1))), await ReadTheirsAsync(new(bytes, new(1)), bytes.Length));

        (ours.End, ours.Pings.Count).ShouldBe(("violation 1002", 0));
        (theirs.End, theirs.Pings.Count).ShouldBe(opcode == RawFrame.Ping ? ("violation 1002", 1) : ("close 1000 ", 0));
        LongControl(bytes).ShouldBe(0);
    }

    private static byte[] NewFrames(FuzzBytes fuzz, bool withViolation) =>
        [.. new RandomFrames(fuzz.Random).NewSequence(withViolation).SelectMany(x => x.ToBytes())];

    private static async Task CompareAsync(FuzzBytes fuzz, byte[] bytes)
    {
        // From there on the platform tells nothing: the test above.
        bytes = bytes[..LongControl(bytes)];
        var pieces = fuzz.Random.Next();
        var (ours, theirs) = (await ReadOursAsync(new(bytes, new(pieces))), await ReadTheirsAsync(new(bytes, new(pieces)), bytes.Length));
        if ((ours.End, theirs.End) is ("violation 1002", "end") or ("end", "violation 1002"))
        {
            // Two bytes of a header say it already, but the platform looks at one when all of it is there; ours looks at a close frame's length when its
            // payload is there. So that comes.
            bytes = [.. bytes, .. new byte[LongestHeader]];
            (ours, theirs) = (await ReadOursAsync(new(bytes, new(pieces))), await ReadTheirsAsync(new(bytes, new(pieces)), bytes.Length));
        }

        var what = Shown(bytes);
        ours.Messages.ShouldBe(theirs.Messages, what);
        if (!IsKnown(ours, theirs))
        {
            ours.End.ShouldBe(theirs.End, what);
            ours.Pings.ShouldBe(theirs.Pings, what);
        }
    }

    /// <summary>Where RFC 6455 leaves it open, or the platform does not go by it. The messages are the same always.</summary>
    private static bool IsKnown(Outcome ours, Outcome theirs) => (ours.End, theirs.End) switch
    {
        // Section 8.1 says that a text which is no UTF-8 ends the connection, not when. The platform looks at each piece, and ours at the whole:
        // what ends the connection before that comes first.
        (_, "violation 1007") => theirs.Pings.SequenceEqual(ours.Pings.Take(theirs.Pings.Count)),
        // Section 7.4.1 has 1007 for what is no UTF-8, and 5.5.1 says that a reason is a text. The platform says 1002.
        ("violation 1007", "violation 1002") => ours.Pings.SequenceEqual(theirs.Pings),
        // Section 7.4.2: what is registered with IANA may be sent. These three came after the RFC, and the platform does not know them.
        (['c', 'l', 'o', 's', 'e', ' ', '1', '0', '1', '2' or '3' or '4', ..], "violation 1002") => ours.Pings.SequenceEqual(theirs.Pings),
        // Section 10.4: ours has a limit, which a header's claim is held against before the payload has come.
        ("violation 1009", "end") => ours.Pings.SequenceEqual(theirs.Pings),
        _ => false,
    };

    private static async Task<Outcome> ReadOursAsync(ScriptedStream stream)
    {
        await using var _ = stream;
        var socket = new SignalingSocket(stream, Limit);
        var outcome = new Outcome();
        while (outcome.End.Length == 0)
        {
            if (!socket.TryReceive(out var received))
            {
                if (!socket.IsMidMessage)
                    await socket.WaitAsync(reader: null, CancellationToken.None);
                var count = await socket.ReadAsync(CancellationToken.None);
                socket.Advance(count);
                if (count == 0)
                    outcome.End = "end";
                continue;
            }

            switch (received.Kind)
            {
                case ReceivedKind.Text:
                    outcome.Messages.Add("text " + Shown(received.Payload.Span));
                    break;
                case ReceivedKind.Binary:
                    outcome.Messages.Add("binary " + Shown(received.Payload.Span));
                    break;
                case ReceivedKind.Ping:
                    outcome.Pings.Add(Convert.ToHexString(received.Payload.Span));
                    break;
                case ReceivedKind.Close when received.CloseCode is null:
                    // The platform takes an empty close frame for a normal one.
                    outcome.End = "close 1000 ";
                    break;
                case ReceivedKind.Close:
                    outcome.End = $"close {received.CloseCode} {Encoding.UTF8.GetString(received.Payload.Span[2..])}";
                    break;
                case ReceivedKind.Violation:
                    outcome.End = $"violation {received.CloseCode}";
                    break;
            }
        }

        return outcome;
    }

    private static async Task<Outcome> ReadTheirsAsync(ScriptedStream stream, int length)
    {
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });
        // No message can be longer.
        var buffer = new byte[length + 1];
        var outcome = new Outcome();
        try
        {
            while (outcome.End.Length == 0)
            {
                var count = 0;
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer, count, buffer.Length - count), CancellationToken.None);
                    count += result.Count;
                }
                while (!result.EndOfMessage);

                if (result.MessageType == WebSocketMessageType.Close)
                    outcome.End = $"close {(int)result.CloseStatus!.Value} {result.CloseStatusDescription}";
                else if (result.MessageType == WebSocketMessageType.Text && !Utf8.IsValid(buffer.AsSpan(0, count)))
                    // Section 8.1: no UTF-8. The platform overlooks a character that is cut off where the last fragment is empty.
                    outcome.End = "violation 1007";
                else if (result.MessageType == WebSocketMessageType.Text)
                    outcome.Messages.Add("text " + Shown(buffer.AsSpan(0, count)));
                else
                    outcome.Messages.Add("binary " + Shown(buffer.AsSpan(0, count)));
            }
        }
        catch (WebSocketException error)
        {
            outcome.End = error.WebSocketErrorCode == WebSocketError.ConnectionClosedPrematurely ? "end" : "violation";
        }

        foreach (var frame in FramesOf(stream.Written))
        {
            if (frame.Opcode == RawFrame.Pong)
                outcome.Pings.Add(Convert.ToHexString(frame.Payload));
            else if (outcome.End == "violation")
                outcome.End += $" {frame.CloseCode}";
        }

        return outcome;
    }

    /// <summary>Where the first control frame begins whose length is not in its second byte; the end, where there is none.</summary>
    private static int LongControl(byte[] bytes)
    {
        byte[] readable = [.. bytes, .. new byte[LongestHeader]];
        for (var at = 0; at + 1 < bytes.Length;)
        {
            var (opcode, second) = (bytes[at] & 0x0F, bytes[at + 1] & 0x7F);
            if (opcode >= RawFrame.Close && second > 125)
                return at;
            var (header, length) = second switch
            {
                126 => (8, BinaryPrimitives.ReadUInt16BigEndian(readable.AsSpan(at + 2))),
                127 => (14, BinaryPrimitives.ReadUInt64BigEndian(readable.AsSpan(at + 2))),
                _ => (6, (ulong)second),
            };
            if (length > (ulong)bytes.Length)
                break;
            at += header + (int)length;
        }

        return bytes.Length;
    }

    /// <summary>Short enough for whoever reads of a difference.</summary>
    private static string Shown(ReadOnlySpan<byte> bytes) =>
        bytes.Length <= 4000 ? Convert.ToHexString(bytes) : $"{bytes.Length} bytes: {Convert.ToHexString(SHA256.HashData(bytes))}";

    /// <summary>The frames that a server has written: none of them is long, or masked.</summary>
    private static IEnumerable<RawFrame> FramesOf(byte[] written)
    {
        for (var at = 0; at < written.Length; at += 2 + written[at + 1])
            yield return new(written[at] & 0x0F, written[(at + 2)..(at + 2 + written[at + 1])]);
    }

    /// <summary>What was made of some bytes.</summary>
    private sealed class Outcome
    {
        public List<string> Messages { get; } = [];

        /// <summary>The payloads of pings that are answered.</summary>
        public List<string> Pings { get; } = [];

        public string End { get; set; } = "";
    }
}
