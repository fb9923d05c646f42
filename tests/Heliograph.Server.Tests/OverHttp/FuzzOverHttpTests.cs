using Heliograph.Server.Tests.Fuzz;

namespace Heliograph.Server.Tests.OverHttp;

// The same wrong input once more over HTTP.

[OverHttp]
public sealed class ConnectionFuzzOverHttpTests(FuzzFixture fixture) : ConnectionFuzzTests(fixture);

[OverHttp]
public sealed class FrameFuzzOverHttpTests(FuzzFixture fixture) : FrameFuzzTests(fixture);

[OverHttp]
public sealed class ConnectFuzzOverHttpTests(FuzzFixture fixture) : ConnectFuzzTests(fixture);
