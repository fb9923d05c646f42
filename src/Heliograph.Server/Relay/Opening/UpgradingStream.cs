using Heliograph.Server.Transport;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Server.Relay.Opening;

/// <summary>
/// The stream of a socket that is opened over HTTP. The first write has the handshake answered before it, so that this waits until the peer has
/// its place; whoever reads waits for that.
/// </summary>
internal sealed class UpgradingStream(HttpContext http) : AsyncStream
{
    private readonly TaskCompletionSource<Stream> _upgraded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Stream? Upgraded => _upgraded.Task.IsCompletedSuccessfully ? _upgraded.Task.Result : null;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Upgraded is { } stream ? stream.ReadAsync(buffer, cancellationToken) : ReadLaterAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        Upgraded is { } stream ? stream.WriteAsync(buffer, cancellationToken) : UpgradeAsync(buffer, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        if (Upgraded is { } stream)
            await stream.DisposeAsync();
        await base.DisposeAsync();
    }

    private async ValueTask<int> ReadLaterAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var stream = await _upgraded.Task.WaitAsync(cancellationToken);
        return await stream.ReadAsync(buffer, cancellationToken);
    }

    private async ValueTask UpgradeAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        Stream stream;
        try
        {
            stream = await WebSocketHandshake.AcceptAsync(http);
        }
        catch (Exception error)
        {
            // The reader, which ends the peer, is to hear of it, too.
            _upgraded.SetException(new IOException("The handshake could not be answered.", error));
            throw;
        }

        _upgraded.SetResult(stream);
        if (!buffer.IsEmpty)
            await stream.WriteAsync(buffer, cancellationToken);
    }
}
