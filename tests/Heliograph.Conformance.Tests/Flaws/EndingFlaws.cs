using Heliograph.Conformance.Tests.Proxy;
using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Tests.Flaws;

/// <summary>Services that end connections in the wrong way.</summary>
internal static class EndingFlaws
{
    public static IEnumerable<(string Id, Flaw Flaw)> All { get; } =
    [
        ("routing.takeover.older-closed", OnClose((link, _) =>
        {
            link.Cut();
            return Task.FromResult<IReadOnlyList<WireFrame>>([]);
        })),
        ("routing.takeover.nothing-to-older", new()
        {
            FromService = async (link, frame) =>
            {
                if (Frames.Type(frame) == "MESSAGE")
                {
                    foreach (var older in link.SamePlace.Where(x => !x.IsOver))
                        await older.ToPeerAsync(frame);
                }

                // Long enough for the newer one to be sent something.
                if (frame.Opcode == WireFrame.Close)
                    await Task.Delay(TimeSpan.FromSeconds(1));
                return [frame];
            },
        }),
        ("routing.takeover.late-close", Frames.FromPeer((link, frame) =>
        {
            if (frame.Opcode == WireFrame.Close)
            {
                foreach (var newer in link.SamePlace.Where(x => !x.IsOver))
                    newer.Cut();
            }

            return [frame];
        })),
        ("routing.closing.too-large", Recodes(1009, 1001)),
        ("routing.closing.not-utf8", Recodes(1007, 1002)),
        ("routing.closing.answers-close", CutsInPlaceOf(1000)),
        ("routing.closing.at-shutdown", CutsInPlaceOf(1001)),
        ("routing.slow-reader", HoldsOthersUp()),
    ];

    private static Flaw OnClose(Func<Link, WireFrame, Task<IReadOnlyList<WireFrame>>> then) =>
        new() { FromService = (link, frame) => frame.Opcode == WireFrame.Close ? then(link, frame) : Task.FromResult<IReadOnlyList<WireFrame>>([frame]) };

    private static Flaw Recodes(int code, int other) =>
        OnClose((_, frame) => Task.FromResult<IReadOnlyList<WireFrame>>([frame.CloseCode == code ? WireFrame.OfClose(other) : frame]));

    private static Flaw CutsInPlaceOf(int code) => OnClose((link, frame) =>
    {
        if (frame.CloseCode != code)
            return Task.FromResult<IReadOnlyList<WireFrame>>([frame]);
        link.Cut();
        return Task.FromResult<IReadOnlyList<WireFrame>>([]);
    });

    /// <summary>Writes to one peer after the other.</summary>
    private static Flaw HoldsOthersUp()
    {
        var turn = new SemaphoreSlim(1);
        return new()
        {
            FromService = async (link, frame) =>
            {
                if (!link.IsClient)
                    return [frame];
                await turn.WaitAsync();
                try
                {
                    await link.ToPeerAsync(frame);
                }
                finally
                {
                    turn.Release();
                }

                return [];
            },
        };
    }
}
