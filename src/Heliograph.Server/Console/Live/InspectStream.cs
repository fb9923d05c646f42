using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Heliograph.Server.Console.SignIn;
using Heliograph.Server.Hosting;
using Heliograph.Server.Live.Inspection;
using Heliograph.Server.Registry;
using Heliograph.Server.Relay;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliograph.Server.Console.Live;

/// <summary>What a page of the session inspector follows: who is there, each line of the story, and whether contents are shown.</summary>
internal sealed class InspectStream(
    EventStreams streams, Inspector inspector, RelayHub hub, INodeBus bus, IPresence presence, DeviceStore devices, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet(
            "/console/products/{productId}/devices/{deviceId}/inspect/stream",
            (HttpContext http, string productId, string deviceId, InspectStream stream) => stream.RunAsync(http, productId, deviceId))
            .RequireAuthorization(ConsoleRoles.Viewer)
            .ExcludeFromDescription();

    /// <summary>The device that a URL names, if the visitor's organization has it.</summary>
    /// <exception cref="ApiException">404.</exception>
    public static DeviceAddress AddressOf(string productId, string deviceId) =>
        ProductId.TryParse(productId, out var product) && DeviceId.TryParse(deviceId, out var device)
            ? new(product, device)
            : throw ApiException.NoSuchDevice(productId, deviceId);

    private async Task RunAsync(HttpContext http, string productId, string deviceId)
    {
        var visitor = Visitor.Of(http.User)!;
        var address = AddressOf(productId, deviceId);
        await devices.GetAsync(visitor.Organization, address, http.RequestAborted);
        using var place = streams.Take(http);
        var tap = inspector.Open(visitor.Organization, address);
        try
        {
            var follower = new InspectFollower(tap, mayRead: visitor.IsManager, hub, bus, presence, time);
            await streams.RunAsync(http, Interval, follower.WriteAsync);
        }
        finally
        {
            inspector.Close(tap);
        }
    }
}
