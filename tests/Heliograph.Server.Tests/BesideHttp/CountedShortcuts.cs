using System.Buffers;
using Heliograph.Server.BesideHttp;
using Heliograph.Server.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.BesideHttp;

/// <summary>Counts the requests that shortcuts take.</summary>
internal sealed class CountedShortcuts
{
    private int _taken;

    public int Taken => Volatile.Read(ref _taken);

    public void AddTo(WebApplicationBuilder builder)
    {
        foreach (var shortcut in builder.Services.Where(x => x.ServiceType == typeof(IShortcut)).ToList())
        {
            builder.Services.Remove(shortcut);
            builder.Services.AddSingleton(shortcut.ImplementationType!);
            builder.Services.AddSingleton<IShortcut>(services => new Counted((IShortcut)services.GetRequiredService(shortcut.ImplementationType!), this));
        }
    }

    private sealed class Counted(IShortcut shortcut, CountedShortcuts counting) : IShortcut
    {
        public bool MayBe(ReadOnlySpan<byte> first) => shortcut.MayBe(first);

        public IShortcutRequest? Recognize(in RequestHead head, in ReadOnlySequence<byte> rest, SocketConnection connection)
        {
            var request = shortcut.Recognize(head, rest, connection);
            if (request is not null)
                Interlocked.Increment(ref counting._taken);
            return request;
        }
    }
}
