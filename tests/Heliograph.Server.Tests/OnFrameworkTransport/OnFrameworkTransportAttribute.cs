namespace Heliograph.Server.Tests.OnFrameworkTransport;

/// <summary>The services that a class of tests starts run on the framework's transport, and so over HTTP alone: what machines without Linux have.</summary>
internal sealed class OnFrameworkTransportAttribute : ClassAttribute<OnFrameworkTransportAttribute>;
