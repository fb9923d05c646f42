namespace Heliograph.Load.Scenarios;

/// <summary>
/// The order in which servers take their turns. Another one begins each round: who comes behind somebody may find the machine busy with what is left of
/// them, as connections that the kernel has yet to close.
/// </summary>
internal static class Turns
{
    public static IEnumerable<int> Of(int servers, int round)
    {
        for (var i = 0; i < servers; i++)
        {
            yield return (round + i) % servers;
        }
    }
}
