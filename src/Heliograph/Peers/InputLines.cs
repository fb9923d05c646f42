using System.Threading.Channels;

namespace Heliograph.Peers;

/// <summary>The lines of standard input. They are read on a thread of their own, since nothing can call a read of a terminal off.</summary>
internal static class InputLines
{
    public static ChannelReader<string> Start()
    {
        var lines = Channel.CreateBounded<string>(100);
        new Thread(() => Read(lines.Writer)) { IsBackground = true, Name = "standard input" }.Start();
        return lines.Reader;
    }

    private static void Read(ChannelWriter<string> lines)
    {
        try
        {
            while (Console.In.ReadLine() is { } line)
            {
                if (!string.IsNullOrWhiteSpace(line))
                    lines.WriteAsync(line).AsTask().GetAwaiter().GetResult();
            }

            lines.TryComplete();
        }
        catch (IOException error)
        {
            lines.TryComplete(error);
        }
    }
}
