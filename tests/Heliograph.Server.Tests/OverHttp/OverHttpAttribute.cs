namespace Heliograph.Server.Tests.OverHttp;

/// <summary>The services that a class of tests starts open all sockets over HTTP, on the framework's own transport.</summary>
internal sealed class OverHttpAttribute : ClassAttribute<OverHttpAttribute>;
