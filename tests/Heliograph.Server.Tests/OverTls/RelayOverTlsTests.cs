using Heliograph.Server.Tests.OverHttp;
using Heliograph.Server.Tests.Relay;
using Heliograph.Server.Tests.Transport;

namespace Heliograph.Server.Tests.OverTls;

// Whatever a peer sees of its socket, once more behind TLS: the same tests as without.

[OverTls]
public sealed class AnnounceOverTlsTests(RelayFixture fixture) : AnnounceTests(fixture);

[OverTls]
public sealed class CloseFrameOverTlsTests(RelayFixture fixture) : CloseFrameTests(fixture);

[OverTls]
public sealed class DrainOverTlsTests : DrainTests;

[OverTls]
public sealed class ErrorOverTlsTests(RelayFixture fixture) : ErrorTests(fixture);

[OverTls]
public sealed class FloodOverTlsTests : FloodTests;

[OverTls]
public sealed class FrameOverTlsTests(RelayFixture fixture) : FrameTests(fixture);

[OverTls]
public sealed class FrameViolationOverTlsTests(RelayFixture fixture) : FrameViolationTests(fixture);

[OverTls]
public sealed class HandshakeOverTlsTests(RelayFixture fixture) : HandshakeTests(fixture);

[OverTls]
[Collection(nameof(ManyChannelsTests))]
public sealed class ManyChannelsOverTlsTests : ManyChannelsTests;

[OverTls]
public sealed class MessageSizeOverTlsTests(RelayFixture fixture) : MessageSizeTests(fixture);

[OverTls]
public sealed class OrderOverTlsTests : OrderTests;

[OverTls]
public sealed class OwnChannelsOverTlsTests(RelayFixture fixture) : OwnChannelsTests(fixture);

[OverTls]
public sealed class RoutingOverTlsTests(RelayFixture fixture) : RoutingTests(fixture);

[OverTls]
[Collection(nameof(OnLoopsAlone))]
public sealed class SharedDeviceOverTlsTests(RelayFixture fixture) : SharedDeviceTests(fixture);

[OverTls]
public sealed class SilenceOverTlsTests : SilenceTests;

[OverTls]
public sealed class TakeoverOverTlsTests(RelayFixture fixture) : TakeoverTests(fixture);

[OverHttp, OverTls]
public sealed class RoutingOverHttpAndTlsTests(RelayFixture fixture) : RoutingTests(fixture);

[OverHttp, OverTls]
public sealed class HandshakeOverHttpAndTlsTests(RelayFixture fixture) : HandshakeTests(fixture);

[OverTls]
[Collection(nameof(OnLoopsAlone))]
public sealed class AllocationOverTlsTests : AllocationTests;
