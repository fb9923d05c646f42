using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Hosting;

namespace Heliograph.Doctor;

/// <summary>What an answer over HTTP means that is not the one a peer needs, and what to do.</summary>
internal static class UnexpectedAnswer
{
    public static Finding Explain(HttpAnswer answer)
    {
        var status = (int)answer.Status;
        if (status is >= 300 and < 400 && answer.Headers.Location is { } location)
        {
            return Finding.Failed(
                $"a redirect ({status}) to {Foreign.Url(location)}",
                "SDKs do not follow redirects: give them the URL that it leads to, or let the proxy pass the calls on instead of redirecting.");
        }

        return Finding.Failed($"the answer is {answer.Description}", answer.Error is { } error ? Remedy(error, answer) : Remedy(answer.Status));
    }

    private static string Remedy(ErrorBody error, HttpAnswer answer) => error.Code switch
    {
        ErrorCodes.Unauthorized =>
            "The token is refused. Is the key registered on this device or product, and the clock right? 'heliograph token inspect' tells more.",
        ErrorCodes.AccessDenied => "The token's scope or resource does not cover this: 'heliograph token inspect' tells more.",
        ErrorCodes.ProductIdNotFound or ErrorCodes.DeviceIdNotFound => "Check the IDs, and that this is the service that they were made on.",
        ErrorCodes.TooManyRequests =>
            $"Wait{(answer.Headers.RetryAfter?.Delta is { } delay ? $" {TimeInWords.Of(delay)}" : "")}, and try again. "
            + "Where every peer gets this behind a proxy, set TrustedProxies: the service takes them all for one.",
        ErrorCodes.BadRequest or ErrorCodes.PayloadTooLarge => "The request's body did not arrive as it was sent: look at what the proxy does to bodies.",
        ErrorCodes.Unavailable => "The service is stopping or without its database: ask its /health/ready.",
        ErrorCodes.InternalError => "The service failed: its log says why.",
        _ => "Look at the service's log, with Logging:Level at Debug.",
    };

    private static string Remedy(HttpStatusCode status) => (int)status switch
    {
        502 or 503 or 504 or (>= 520 and <= 527) =>
            "A proxy answers, and the service behind it does not: is it running, and does the proxy send to its address and port?",
        401 or 403 or 407 =>
            "Something before the service wants a login or refuses you (a firewall, a web application firewall, basic authentication): let /v1/ through.",
        404 or 405 or 501 =>
            "A web server answers that is no signaling service: check host, port and path, and that the proxy passes /v1/ on to the service.",
        413 or 415 or 400 or 411 =>
            "Something before the service refuses the request: look at the proxy's log.",
        429 => "Something before the service limits the rate of calls: wait, or raise its limit.",
        _ => "That is no signaling service's answer: check host, port and path, and that the proxy passes /v1/ on to the service.",
    };
}
