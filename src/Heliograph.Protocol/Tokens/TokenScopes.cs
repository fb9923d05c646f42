namespace Heliograph.Protocol;

/// <summary>The words of a token's <c>scope</c> (space-separated, compared as whole words).</summary>
public static class TokenScopes
{
    /// <summary>The bearer may connect as the device.</summary>
    public const string DeviceConnect = "device:connect";

    /// <summary>The bearer may connect to the device as an authorized client.</summary>
    public const string ClientConnect = "client:connect";

    /// <summary>The bearer is given TURN credentials.</summary>
    public const string Turn = "turn";

    /// <summary>Whether <paramref name="scope"/> has <paramref name="word"/> as a whole word.</summary>
    public static bool Contains(string scope, string word)
    {
        foreach (var range in scope.AsSpan().Split(' '))
        {
            if (scope.AsSpan(range).SequenceEqual(word))
                return true;
        }

        return false;
    }
}
