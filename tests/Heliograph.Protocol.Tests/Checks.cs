using FsCheck;
using FsCheck.Fluent;

namespace Heliograph.Protocol.Tests;

/// <summary>How properties are checked: with the same random values in every run, so that a failure can be seen again.</summary>
internal static class Checks
{
    private const ulong Seed = 20260731;
    private const ulong Gamma = 20260733;

    /// <summary>Seeds of any size; integers by default are small, and soon repeat.</summary>
    public static Arbitrary<int> Seeds { get; } = Gen.Choose(0, int.MaxValue).ToArbitrary();

    public static Config Of(int tests) => Config.QuickThrowOnFailure.WithMaxTest(tests).WithReplay(Seed, Gamma);
}
