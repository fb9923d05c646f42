namespace Heliograph.Server.Tests.OverHttp;

/// <summary>The services that a class of tests starts answer everything over HTTP, on our transport: nothing is answered beside it.</summary>
internal sealed class OverHttpAttribute : ClassAttribute<OverHttpAttribute>;
