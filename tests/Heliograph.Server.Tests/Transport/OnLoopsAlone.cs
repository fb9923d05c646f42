namespace Heliograph.Server.Tests.Transport;

/// <summary>Tests that no other may have sockets on the loops beside.</summary>
[CollectionDefinition(nameof(OnLoopsAlone), DisableParallelization = true)]
public sealed class OnLoopsAlone;
