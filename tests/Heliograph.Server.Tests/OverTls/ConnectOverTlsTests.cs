using Heliograph.Server.Tests.BesideHttp;
using Heliograph.Server.Tests.Connect;
using Heliograph.Server.Tests.Relay;

namespace Heliograph.Server.Tests.OverTls;

// The connect calls once more behind TLS: the same tests as without.

[OverTls]
public sealed class ConnectAnswerOverTlsTests(RelayFixture fixture) : ConnectAnswerTests(fixture);

[OverTls]
public sealed class ConnectShortcutOverTlsTests : ConnectShortcutTests;

[OverTls]
public sealed class RequestBodyOverTlsTests(RelayFixture fixture) : RequestBodyTests(fixture);

[OverTls]
public sealed class SignalingUpgradeOverTlsTests : SignalingUpgradeTests;

[OverTls]
public sealed class HandOverOverTlsTests : HandOverTests;

[OverTls]
public sealed class LeftToHttpOverTlsTests(RelayFixture fixture) : LeftToHttpTests(fixture);
