using Heliograph.Protocol;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Server.Connect;

/// <summary>What a connect call is about, as far as it got: for those who tell of it when it is over.</summary>
internal sealed class ConnectSubject
{
    /// <summary>What the caller wrote.</summary>
    public ConnectRequest? Request { get; set; }

    /// <summary>The device, once it was found.</summary>
    public DeviceAddress? Device { get; set; }

    /// <summary>Whether another region has answered: it is there that the call is told of.</summary>
    public bool IsForwarded { get; set; }

    public static ConnectSubject Of(HttpContext http)
    {
        if (http.Features.Get<ConnectSubject>() is { } subject)
            return subject;
        subject = new();
        http.Features.Set(subject);
        return subject;
    }
}
