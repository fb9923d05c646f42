using Heliograph.Server.Tests.Connect;
using Heliograph.Server.Tests.OverTls;
using Heliograph.Server.Tests.Relay;

namespace Heliograph.Server.Tests.OnFrameworkTransport;

// The main of what a peer sees, once more on the framework's transport.

[OnFrameworkTransport]
public sealed class ConnectAnswerOnFrameworkTransportTests(RelayFixture fixture) : ConnectAnswerTests(fixture);

[OnFrameworkTransport]
public sealed class HandshakeOnFrameworkTransportTests(RelayFixture fixture) : HandshakeTests(fixture);

[OnFrameworkTransport]
public sealed class FrameOnFrameworkTransportTests(RelayFixture fixture) : FrameTests(fixture);

[OnFrameworkTransport]
public sealed class RoutingOnFrameworkTransportTests(RelayFixture fixture) : RoutingTests(fixture);

[OnFrameworkTransport]
public sealed class OrderOnFrameworkTransportTests : OrderTests;

[OnFrameworkTransport]
public sealed class DrainOnFrameworkTransportTests : DrainTests;

[OnFrameworkTransport, OverTls]
public sealed class RoutingOnFrameworkTransportOverTlsTests(RelayFixture fixture) : RoutingTests(fixture);
