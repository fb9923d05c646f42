using Heliograph.Server.Relay;
using Heliograph.Server.Relay.Opening;
using Heliograph.Server.Tests.OnFrameworkTransport;
using Heliograph.Server.Tests.OverHttp;
using Heliograph.Server.Tests.OverTls;
using Heliograph.Server.Tests.Relay;
using Heliograph.Server.Transport;
using Heliograph.Testing;
using Microsoft.AspNetCore.Connections;

namespace Heliograph.Server.Tests.BesideHttp;

/// <summary>That the sockets and calls of a class of tests go the way that its attributes say: for all of the classes that have them.</summary>
public abstract class SocketWayTests
{
    protected virtual bool IsBesideHttp => true;

    protected virtual bool IsOnOwnTransport => true;

    protected virtual bool HasTls => false;

    [Fact]
    public async Task SocketsAndCalls_OfAPair_GoTheWayThatTheClassSays()
    {
        using var key = new SigningKey();
        var counting = new CountedShortcuts();
        await using var service = await TestService.StartAsync(build: counting.AddTo);
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        await using var pair = await RawPair.OpenAsync(service.Api, device, key);

        await pair.ShouldRelayAsync("1");

        service.Get<PeerList>().Count.ShouldBe(2);
        service.Get<OpenSockets>().Count.ShouldBe(IsBesideHttp ? 2 : 0);
        // A call and a socket each.
        counting.Taken.ShouldBe(IsBesideHttp ? 4 : 0);
        service.Get<IEnumerable<IConnectionListenerFactory>>().OfType<SocketTransport>().Any().ShouldBe(IsOnOwnTransport);
        new Uri(service.BaseUrl).Scheme.ShouldBe(HasTls ? "https" : "http");
    }
}

public sealed class PlainSocketWayTests : SocketWayTests;

[OverTls]
public sealed class SocketWayOverTlsTests : SocketWayTests
{
    protected override bool HasTls => true;
}

[OverHttp]
public sealed class SocketWayOverHttpTests : SocketWayTests
{
    protected override bool IsBesideHttp => false;
}

[OverHttp, OverTls]
public sealed class SocketWayOverHttpAndTlsTests : SocketWayTests
{
    protected override bool IsBesideHttp => false;

    protected override bool HasTls => true;
}

[OnFrameworkTransport]
public sealed class SocketWayOnFrameworkTransportTests : SocketWayTests
{
    protected override bool IsBesideHttp => false;

    protected override bool IsOnOwnTransport => false;
}

[OnFrameworkTransport, OverTls]
public sealed class SocketWayOnFrameworkTransportOverTlsTests : SocketWayTests
{
    protected override bool IsBesideHttp => false;

    protected override bool IsOnOwnTransport => false;

    protected override bool HasTls => true;
}
