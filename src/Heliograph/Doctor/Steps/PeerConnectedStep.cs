namespace Heliograph.Doctor.Steps;

/// <summary>Are both peers told of each other? Some SDKs resend on this alone.</summary>
internal sealed class PeerConnectedStep : IStep
{
    public string Name => "PEER_CONNECTED";

    public async Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken)
    {
        if (visit is not { Client: { } client, ClientSocket: { } clientSocket, DeviceSocket: { } deviceSocket })
            return Finding.Skipped("it needs both sockets");

        var told = await Task.WhenAll(((PeerSocket[])[deviceSocket, clientSocket]).Select(socket =>
            socket.ReceiveAsync(frame => frame.IsOf("PEER_CONNECTED", client.ChannelId), visit.Options.Timeout, cancellationToken)));
        if (told.All(x => x is not null))
            return Finding.Ok("the device and the client are told of each other");
        if (!clientSocket.HasReceived && !deviceSocket.HasReceived)
        {
            await visit.CloseSocketsAsync();
            return Finding.Failed(
                "the sockets are open, but not a single message comes",
                "Something answered the upgrade and passes no messages on: let the proxy tunnel WebSockets, without buffering, inspection or caching.");
        }

        return Finding.Failed(
            $"the {(told[0] is null ? told[1] is null ? "device and the client" : "device" : "client")} got none within {Terminal.Durations.Measured(visit.Options.Timeout)}",
            "Do both sockets lead to the same service? Several instances that know nothing of each other, behind one balancer, do this.");
    }
}
