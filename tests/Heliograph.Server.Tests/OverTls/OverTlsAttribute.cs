namespace Heliograph.Server.Tests.OverTls;

/// <summary>The services that a class of tests starts listen with TLS.</summary>
internal sealed class OverTlsAttribute : ClassAttribute<OverTlsAttribute>;
