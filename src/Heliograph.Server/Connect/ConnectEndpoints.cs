using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Heliograph.Server.Regions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliograph.Server.Connect;

/// <summary>
/// The protocol's three HTTP calls, over HTTP. Most are answered beside it, by <see cref="ConnectShortcut"/>; here come those over HTTP/2, those of
/// browsers, which CORS is for, those that were phrased in another way, and those that another region answers.
/// </summary>
internal sealed class ConnectEndpoints(ConnectCalls calls, ServiceUrl url, Homes homes)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var calls = app.MapGroup("/v1").RequireCors(ConnectCors.Policy).WithTags("Connect");
        calls.MapPost("/device/connect", (HttpContext http, ConnectEndpoints endpoints) => endpoints.AnswerAsync(ConnectCall.ConnectDevice, http))
            .Describe<ConnectRequest, DeviceConnectResponse>(
                "connectDevice",
                "Connect a device",
                "Needs the device's token (scope device:connect). The signaling URL opens one WebSocket within a minute.")
            .ProducesError(429);
        calls.MapPost("/client/connect", (HttpContext http, ConnectEndpoints endpoints) => endpoints.AnswerAsync(ConnectCall.ConnectClient, http))
            .Describe<ConnectRequest, ClientConnectResponse>(
                "connectClient",
                "Connect a client",
                "With a token of the product's (scope client:connect) the channel is authorized, without one it is not. "
                    + "The signaling URL serves every reconnect of the channel.")
            .ProducesError(429);
        calls.MapPost("/ice-servers", (HttpContext http, ConnectEndpoints endpoints) => endpoints.AnswerAsync(ConnectCall.GetIceServers, http))
            .Describe<ConnectRequest, IceServersResponse>(
                "getIceServers",
                "ICE servers for a connection",
                "STUN for anyone; TURN, with credentials of its own, for a valid token of the device or the product with the scope turn.")
            .ProducesError(429);
    }

    private async Task AnswerAsync(string name, HttpContext http)
    {
        if (await calls.AnswerAsync(new HttpConnectCall(name, http, url, homes)) is not { } answer)
            return;
        http.Response.ContentType = PlainAnswer.ContentType;
        http.Response.ContentLength = answer.Length;
        await http.Response.Body.WriteAsync(answer, http.RequestAborted);
    }
}
