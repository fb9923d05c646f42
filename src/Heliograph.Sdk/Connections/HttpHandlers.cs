namespace Heliograph.Sdk;

/// <summary>The usual way to the service.</summary>
internal static class HttpHandlers
{
    public static HttpMessageHandler Create() => new SocketsHttpHandler
    {
        // The signaling URL holds for this very address; a redirect is a mistake in the endpoint that must be seen.
        AllowAutoRedirect = false,
        UseCookies = false,
        // So that a change in DNS is seen by a device that runs for months.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectTimeout = TimeSpan.FromSeconds(15),
    };
}
