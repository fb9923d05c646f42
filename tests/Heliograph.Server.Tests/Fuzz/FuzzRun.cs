using System.Diagnostics;

namespace Heliograph.Server.Tests.Fuzz;

/// <summary>
/// How long a fuzz test runs, and with what seed: by default a fixed count with a fixed seed, so that every run is the same.
/// HELIOGRAPH_FUZZ_SECONDS makes each test run for that time, HELIOGRAPH_FUZZ_SEED gives it another seed.
/// </summary>
internal sealed class FuzzRun
{
    private const int DefaultSeed = 20260731;

    private static readonly int? Seconds = Read("HELIOGRAPH_FUZZ_SECONDS");
    private static readonly int Seed = Read("HELIOGRAPH_FUZZ_SEED") ?? DefaultSeed;

    /// <summary>Runs a step again and again, each time with randomness of its own; a failure names the seed and the round.</summary>
    /// <param name="count">How often, where no time is set.</param>
    /// <param name="step">The step.</param>
    public static async Task RepeatAsync(int count, Func<FuzzBytes, Task> step)
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; Seconds is { } seconds ? watch.Elapsed.TotalSeconds < seconds : i < count; i++)
        {
            try
            {
                await step(new(new(HashCode(Seed, i))));
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"Round {i} of HELIOGRAPH_FUZZ_SEED={Seed}: {error.Message}", error);
            }
        }
    }

    /// <summary>Not <see cref="System.HashCode"/>, which differs from process to process.</summary>
    private static int HashCode(int seed, int round) => unchecked((seed * 486187739) + (round * 16777619));

    private static int? Read(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), out var value) ? value : null;
}
