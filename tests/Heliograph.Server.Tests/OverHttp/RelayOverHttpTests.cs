using Heliograph.Server.Tests.Relay;

namespace Heliograph.Server.Tests.OverHttp;

// Whatever a peer sees of its socket, once more over HTTP: the same tests as beside it.

[OverHttp]
public sealed class AnnounceOverHttpTests(RelayFixture fixture) : AnnounceTests(fixture);

[OverHttp]
public sealed class CloseFrameOverHttpTests(RelayFixture fixture) : CloseFrameTests(fixture);

[OverHttp]
public sealed class DrainOverHttpTests : DrainTests;

[OverHttp]
public sealed class ErrorOverHttpTests(RelayFixture fixture) : ErrorTests(fixture);

[OverHttp]
public sealed class FloodOverHttpTests : FloodTests;

[OverHttp]
public sealed class FrameOverHttpTests(RelayFixture fixture) : FrameTests(fixture);

[OverHttp]
public sealed class FrameViolationOverHttpTests(RelayFixture fixture) : FrameViolationTests(fixture);

[OverHttp]
public sealed class HandshakeOverHttpTests(RelayFixture fixture) : HandshakeTests(fixture);

[OverHttp]
[Collection(nameof(ManyChannelsTests))]
public sealed class ManyChannelsOverHttpTests : ManyChannelsTests;

[OverHttp]
public sealed class MessageSizeOverHttpTests(RelayFixture fixture) : MessageSizeTests(fixture);

[OverHttp]
public sealed class OrderOverHttpTests : OrderTests;

[OverHttp]
public sealed class OwnChannelsOverHttpTests(RelayFixture fixture) : OwnChannelsTests(fixture);

[OverHttp]
public sealed class RoutingOverHttpTests(RelayFixture fixture) : RoutingTests(fixture);

[OverHttp]
public sealed class SilenceOverHttpTests : SilenceTests;

[OverHttp]
public sealed class TakeoverOverHttpTests(RelayFixture fixture) : TakeoverTests(fixture);
