using System.Net;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Server.Regions;

/// <summary>What a region says of a call that it passes on: a feature of the request where it arrives.</summary>
/// <param name="Path">The regions that it has come through, the first one first.</param>
/// <param name="Target">The region that it was sent to.</param>
/// <param name="Caller">The caller's address, as the first region saw it.</param>
/// <param name="BaseUrl">What the caller reached the first region by: links to further pages lead there.</param>
/// <param name="ExpiresAt">When it is not believed any more, UTC. Counted from each passing on.</param>
internal sealed record ForwardedCall(IReadOnlyList<string> Path, string Target, IPAddress? Caller, string BaseUrl, DateTime ExpiresAt)
{
    /// <summary>The header that carries it, sealed.</summary>
    public const string Header = "Heliograph-Forwarded";

    /// <summary>Its name as <see cref="BesideHttp.RequestHead"/> looks for it.</summary>
    public static ReadOnlySpan<byte> LowerCaseHeader => "heliograph-forwarded"u8;

    /// <summary>The header of the answer by which a region shows that it has believed it: the region's name.</summary>
    public const string AnswerHeader = "Heliograph-Region";

    /// <summary>
    /// The most regions that a call is passed on by. Two are needed in the moment of a move, when one still takes another for the
    /// product's home; more is a loop.
    /// </summary>
    public const int MaxPath = 3;

    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>The call that a request was forwarded as; null where it came from the caller itself.</summary>
    public static ForwardedCall? Of(HttpContext http) => http.Features.Get<ForwardedCall>();
}
