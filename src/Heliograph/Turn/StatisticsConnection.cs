using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;

namespace Heliograph.Turn;

/// <summary>
/// One connection of coturn's: as much of Redis' protocol (RESP 2, arrays of bulk strings) as coturn speaks. It logs in, and publishes;
/// what else it asks is answered as by a database with nothing in it.
/// </summary>
internal sealed class StatisticsConnection(Stream stream, string password, Action<string, string> hear)
{
    private const int MaxWords = 32;
    private const int MaxWord = 8 * 1024;

    private bool _isKnown;

    /// <summary>Serves it until it ends.</summary>
    /// <exception cref="IOException">It broke.</exception>
    /// <exception cref="InvalidDataException">That is no Redis client.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream);
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (TryReadCommand(ref rest, out var words))
                await stream.WriteAsync(Answer(words), cancellationToken);
            if (read.IsCompleted)
                return;
            if (rest.Length > MaxWords * MaxWord)
                throw new InvalidDataException("A command is too long.");
            reader.AdvanceTo(rest.Start, rest.End);
        }
    }

    private ReadOnlyMemory<byte> Answer(IReadOnlyList<string> words)
    {
        var command = words.Count > 0 ? words[0].ToUpperInvariant() : "";
        if (command == "AUTH")
        {
            _isKnown = words[^1] == password;
            return _isKnown ? "+OK\r\n"u8.ToArray() : "-WRONGPASS invalid password\r\n"u8.ToArray();
        }

        if (!_isKnown)
            return "-NOAUTH Authentication required.\r\n"u8.ToArray();
        if (command == "PUBLISH" && words.Count == 3)
            hear(words[1], words[2]);
        return command switch
        {
            "PUBLISH" or "DEL" => ":0\r\n"u8.ToArray(),
            "KEYS" => "*0\r\n"u8.ToArray(),
            "GET" => "$-1\r\n"u8.ToArray(),
            _ => "+OK\r\n"u8.ToArray(),
        };
    }

    private static bool TryReadCommand(ref ReadOnlySequence<byte> buffer, out IReadOnlyList<string> words)
    {
        words = [];
        var reader = new SequenceReader<byte>(buffer);
        if (!TryReadNumber(ref reader, (byte)'*', MaxWords, out var count))
            return false;

        var read = new string[count];
        for (var i = 0; i < count; i++)
        {
            if (!TryReadNumber(ref reader, (byte)'$', MaxWord, out var length) || !reader.TryReadExact(length, out var word) || !reader.TryReadExact(2, out _))
                return false;
            read[i] = Encoding.UTF8.GetString(word);
        }

        words = read;
        buffer = buffer.Slice(reader.Position);
        return true;
    }

    private static bool TryReadNumber(ref SequenceReader<byte> reader, byte kind, int most, out int number)
    {
        number = 0;
        if (!reader.TryReadTo(out ReadOnlySequence<byte> line, "\r\n"u8))
            return false;
        var text = line.ToArray();
        return text is [var first, ..] && first == kind && Utf8Parser.TryParse(text.AsSpan(1), out number, out var used) && used == text.Length - 1 && number >= 0 && number <= most
            ? true
            : throw new InvalidDataException("That is no Redis command.");
    }
}
