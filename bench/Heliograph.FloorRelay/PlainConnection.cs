namespace Heliograph.FloorRelay;

/// <summary>
/// A connection on the bare socket: one recv, one send. Where the other side's socket takes no more, this side is not read until it does.
/// </summary>
internal sealed class PlainConnection(int descriptor) : Connection(descriptor)
{
    // What the socket has not taken yet, of what the other side sent.
    private byte[]? _unsent;

    public override void OnReady(Loop loop, bool canRead, bool canWrite)
    {
        if (Pair >= 0 && !IsJoined)
        {
            // The first event on its own loop.
            IsJoined = true;
            loop.Join(this);
        }

        if (_unsent is { } unsent && canWrite)
        {
            _unsent = null;
            TrySend(unsent);
            if (_unsent is null && Other is PlainConnection held)
            {
                held.Receive(loop);
            }
        }

        if (canRead)
        {
            Receive(loop);
        }
    }

    private void Receive(Loop loop)
    {
        while (Other is not PlainConnection { _unsent: not null })
        {
            var input = loop.Input;
            var have = TakeRest(input);
            var received = LibC.Receive(Descriptor, input.AsSpan(have));
            if (received <= 0)
            {
                KeepRest(input.AsSpan(0, have));
                if (received == 0 || LibC.Error != LibC.TryAgain)
                {
                    loop.Close(this);
                }

                return;
            }

            var data = input.AsSpan(0, have + (int)received);
            var isOpening = Pair < 0;
            if (!(isOpening ? TryOpen(loop, data) : TryRelay(loop, data)))
            {
                loop.Close(this);
                return;
            }

            // With room left over it was all there is, and the kernel tells of more. Once open, it may be another loop's to read.
            if (isOpening || data.Length < input.Length)
            {
                return;
            }
        }
    }

    private bool TryRelay(Loop loop, Span<byte> data)
    {
        var relayed = Frames.Relay(data, loop.Output);
        if (relayed.IsClosed)
        {
            TrySend(Frames.Close);
            return false;
        }

        KeepRest(data[relayed.Taken..]);
        (Other as PlainConnection)?.TrySend(loop.Output.AsSpan(0, relayed.Written));
        return relayed.Taken > 0 || data.Length < Loop.BufferBytes;
    }

    private bool TryOpen(Loop loop, ReadOnlySpan<byte> data)
    {
        if (!Request.TryRead(data, loop.Output, out var request))
        {
            KeepRest(data);
            return data.Length < Loop.BufferBytes;
        }

        TrySend(loop.Output.AsSpan(0, request.AnswerLength));
        if (request.Pair is not { } pair)
        {
            return !request.IsRefused;
        }

        SetPair(pair, request.Side);
        if (loop.LoopOf(pair) is var its && its != loop)
        {
            loop.MoveTo(its, this);
            return true;
        }

        IsJoined = true;
        loop.Join(this);
        return true;
    }

    // A connection that fails is told of as readable, and ends there.
    private void TrySend(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        var sent = LibC.Send(Descriptor, bytes);
        if (sent < bytes.Length && (sent >= 0 || LibC.Error == LibC.TryAgain))
        {
            _unsent = bytes[(int)Math.Max(0, sent)..].ToArray();
        }
    }
}
