using Heliograph.Server.Tests.Connect;
using Heliograph.Server.Tests.Relay;
using Heliograph.Server.Tests.Tokens;

namespace Heliograph.Server.Tests.OverHttp;

// The connect calls, and the tokens that they check, once more over HTTP: the same tests as beside it.

[OverHttp]
public sealed class ConnectAnswerOverHttpTests(RelayFixture fixture) : ConnectAnswerTests(fixture);

[OverHttp]
public sealed class ConnectQueuesOverHttpTests : ConnectQueuesTests;

[OverHttp]
public sealed class RateLimitOverHttpTests : RateLimitTests;

[OverHttp]
public sealed class RequestBodyOverHttpTests(RelayFixture fixture) : RequestBodyTests(fixture);

[OverHttp]
public sealed class RevocationOverHttpTests : RevocationTests;

[OverHttp]
public sealed class SignalingUrlOverHttpTests : SignalingUrlTests;

[OverHttp]
public sealed class ConnectTakeoverOverHttpTests : Connect.TakeoverTests;

[OverHttp]
public sealed class TicketOverHttpTests(TokenFixture fixture) : TicketTests(fixture);

[OverHttp]
public sealed class TokenFormOverHttpTests(TokenFixture fixture) : TokenFormTests(fixture);

[OverHttp]
public sealed class TokenKeyOverHttpTests(TokenFixture fixture) : TokenKeyTests(fixture);

[OverHttp]
public sealed class TokenScopeOverHttpTests(TokenFixture fixture) : TokenScopeTests(fixture);

[OverHttp]
public sealed class TokenTimeOverHttpTests(TokenFixture fixture) : TokenTimeTests(fixture);
