using System.Runtime.CompilerServices;

namespace Heliograph.Server.Transport;

/// <summary>
/// Finds whatever blocks a loop, in debug builds and where the switch is on, as it is in tests. What is known to take its time says so with
/// <see cref="MustBeElsewhere"/>; what waits for a lock, a task or a timer there is found by looking, several times a second.
/// </summary>
internal static class LoopGuard
{
    /// <summary>The switch: an option of the runtime's configuration file.</summary>
    private const string Switch = "Heliograph.LoopGuard";

#if DEBUG
    private const bool IsOnByDefault = true;
#else
    private const bool IsOnByDefault = false;
#endif

    // What is constant from the start costs nothing where it is off.
    private static readonly bool IsOn = AppContext.TryGetSwitch(Switch, out var isOn) ? isOn : IsOnByDefault;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>A lock that is held for a moment is nothing: only who is seen waiting so often in one turn is blocked.</summary>
    private const int TimesSeen = 5;

    private static readonly List<Watch> Watches = [];

    [ThreadStatic]
    private static Watch? _own;

    /// <summary>What becomes of a finding: the process ends, and says where.</summary>
    public static Action<string> Fail { get; set; } = Environment.FailFast;

    /// <summary>A loop begins to tell a socket.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Enter()
    {
        if (!IsOn)
            return;
        _own ??= Begin();
        _own.Turn++;
        _own.IsIn = true;
    }

    /// <summary>And has told it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Leave()
    {
        if (IsOn)
            _own!.IsIn = false;
    }

    /// <summary>Called by what takes too long for a loop: tokens and tickets.</summary>
    public static void MustBeElsewhere(string what)
    {
        if (IsOn && _own is { IsIn: true })
            Fail($"{what} runs on a socket's loop, and holds up all of its sockets.");
    }

    private static Watch Begin()
    {
        var watch = new Watch(Thread.CurrentThread);
        lock (Watches)
        {
            Watches.Add(watch);
            if (Watches.Count == 1)
                new Thread(LookForEver) { IsBackground = true, Name = "loop guard" }.UnsafeStart();
        }

        return watch;
    }

    private static void LookForEver()
    {
        while (true)
        {
            Thread.Sleep(Interval);
            lock (Watches)
            {
                foreach (var watch in Watches)
                    Look(watch);
            }
        }
    }

    private static void Look(Watch watch)
    {
        var isBlocked = watch.IsIn && watch.Turn == watch.SeenTurn && watch.Thread.ThreadState.HasFlag(System.Threading.ThreadState.WaitSleepJoin);
        watch.TimesSeen = isBlocked ? watch.TimesSeen + 1 : 0;
        watch.SeenTurn = watch.Turn;
        if (watch.TimesSeen == TimesSeen)
            Fail($"Something blocks the loop '{watch.Thread.Name}', and holds up all of its sockets.");
    }

    private sealed class Watch(Thread thread)
    {
        public Thread Thread { get; } = thread;

        public volatile bool IsIn;
        public long Turn;
        public long SeenTurn;
        public int TimesSeen;
    }
}
