using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Heliograph.Testing;

/// <summary>A client of a TURN server on 127.0.0.1, over UDP: as much of RFC 8656 as relaying to a peer of its own needs.</summary>
public sealed class TurnClient : IDisposable
{
    private const ushort Allocate = 0x0003, Refresh = 0x0004, CreatePermission = 0x0008, SendIndication = 0x0016;
    private const ushort Username = 0x0006, MessageIntegrity = 0x0008, ErrorCode = 0x0009, Lifetime = 0x000D, XorPeerAddress = 0x0012, Data = 0x0013;
    private const ushort Realm = 0x0014, Nonce = 0x0015, RequestedTransport = 0x0019;
    private const int AllocationMismatch = 437, StaleNonce = 438;
    private static readonly byte[] Cookie = [0x21, 0x12, 0xA4, 0x42];

    /// <summary>When a request that has no answer is sent again: RFC 8489, section 6.2.1.</summary>
    private static readonly TimeSpan FirstRetransmission = TimeSpan.FromMilliseconds(500);

    private readonly UdpClient _socket = new();
    private readonly UdpClient _peer = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly string _username;
    private readonly string _credential;
    private byte[] _key = [];
    private byte[] _realm = [];
    private byte[] _nonce = [];

    private TurnClient(int port, string username, string credential)
    {
        _socket.Connect(IPAddress.Loopback, port);
        (_username, _credential) = (username, credential);
    }

    /// <summary>Asks for a relayed address.</summary>
    /// <returns>What the server answers: 0 for yes, else the error's number.</returns>
    public static async Task<int> TryAsync(int port, string username, string credential)
    {
        using var client = new TurnClient(port, username, credential);
        return await client.AllocateAsync();
    }

    /// <summary>Gets a relayed address.</summary>
    public static async Task<TurnClient> OpenAsync(int port, string username, string credential)
    {
        for (var tries = 1; ; tries++)
        {
            var client = new TurnClient(port, username, credential);
            var error = await client.AllocateAsync();
            if (error == 0)
                return client;
            client.Dispose();
            // It remembers another client that had this client's port: RFC 8656, section 5, says to take another one.
            if (error != AllocationMismatch || tries == 5)
                throw new InvalidOperationException($"The TURN server refuses with {error}.");
        }
    }

    /// <summary>Sends packets to a peer through the server, each of which the peer sends back.</summary>
    /// <returns>The bytes that were relayed, both ways together.</returns>
    public async Task<long> RelayAsync(int packets, int size)
    {
        var address = PeerAddress();
        if (await AskAsync(CreatePermission, (XorPeerAddress, address)) is var error && error != 0)
            throw new InvalidOperationException($"The TURN server refuses the peer with {error}.");
        var packet = Write(SendIndication, null, (XorPeerAddress, address), (Data, new byte[size]));
        for (var i = 0; i < packets; i++)
        {
            await _socket.SendAsync(packet);
            var got = await _peer.ReceiveAsync().WaitAsync(TestPeer.Patience);
            await _peer.SendAsync(got.Buffer, got.RemoteEndPoint);
            await _socket.ReceiveAsync().WaitAsync(TestPeer.Patience);
        }

        return 2L * packets * size;
    }

    /// <summary>Gives the relayed address back: the session ends.</summary>
    public Task CloseAsync() => AskAsync(Refresh, (Lifetime, new byte[4]));

    public void Dispose()
    {
        _socket.Dispose();
        _peer.Dispose();
    }

    private async Task<int> AllocateAsync()
    {
        // Always refused, with what the second one is signed with.
        (ushort, byte[]) udp = (RequestedTransport, [17, 0, 0, 0]);
        var challenge = await ExchangeAsync(Write(Allocate, null, udp));
        if (!challenge.TryGetValue(Realm, out var realm))
            return CodeOf(challenge);
        (_realm, _nonce) = (realm, challenge[Nonce]);
#pragma warning disable CA5351 // What RFC 8489 prescribes.
        _key = MD5.HashData([.. Encoding.UTF8.GetBytes(_username + ":"), .. _realm, (byte)':', .. Encoding.UTF8.GetBytes(_credential)]);
#pragma warning restore CA5351
        return await AskAsync(Allocate, udp);
    }

    private async Task<int> AskAsync(ushort type, params (ushort, byte[])[] attributes)
    {
        var answer = await AskOnceAsync(type, attributes);
        if (CodeOf(answer) != StaleNonce)
            return CodeOf(answer);

        // Nothing is said of the credentials by that: RFC 8489, section 9.2.5. A server that has just started may have another thread answer.
        _nonce = answer[Nonce];
        return CodeOf(await AskOnceAsync(type, attributes));
    }

    private Task<Dictionary<ushort, byte[]>> AskOnceAsync(ushort type, (ushort, byte[])[] attributes) =>
        ExchangeAsync(Write(type, _key, [.. attributes, (Username, Encoding.UTF8.GetBytes(_username)), (Realm, _realm), (Nonce, _nonce)]));

    private static int CodeOf(Dictionary<ushort, byte[]> answer) =>
        answer.TryGetValue(ErrorCode, out var error) ? error[2] * 100 + error[3] : 0;

    private async Task<Dictionary<ushort, byte[]>> ExchangeAsync(byte[] request)
    {
        using var patience = new CancellationTokenSource(TestPeer.Patience);
        var answer = await TransmitAsync(request, FirstRetransmission, patience.Token);
        for (var wait = FirstRetransmission * 2; answer is null; wait *= 2)
            answer = await TransmitAsync(request, wait, patience.Token);

        var attributes = new Dictionary<ushort, byte[]>();
        for (var at = 20; at < answer.Length;)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at + 2));
            attributes[BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at))] = answer.AsSpan(at + 4, length).ToArray();
            at += 4 + length + (-length & 3);
        }

        return attributes;
    }

    /// <returns>The answer; null where none has come in time: UDP loses packets, and a server that starts listens to TCP first.</returns>
    private async Task<byte[]?> TransmitAsync(byte[] request, TimeSpan wait, CancellationToken patience)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(patience);
        time.CancelAfter(wait);
        try
        {
            await _socket.SendAsync(request, patience);
            while (true)
            {
                // What is left over for somebody who had this port before is not for us.
                if (await ReceiveAsync(time.Token) is { Length: >= 20 } answer && answer.AsSpan(8, 12).SequenceEqual(request.AsSpan(8, 12)))
                    return answer;
            }
        }
        catch (OperationCanceledException) when (!patience.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <returns>A packet; null where the machine says that nobody listens there, which may be for the moment.</returns>
    private async Task<byte[]?> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await _socket.ReceiveAsync(cancellationToken)).Buffer;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return null;
        }
    }

    private byte[] PeerAddress()
    {
        var end = (IPEndPoint)_peer.Client.LocalEndPoint!;
        var address = end.Address.GetAddressBytes().Select((value, i) => (byte)(value ^ Cookie[i]));
        return [0, 1, (byte)((end.Port >> 8) ^ Cookie[0]), (byte)(end.Port ^ Cookie[1]), .. address];
    }

    private static byte[] Write(ushort type, byte[]? key, params (ushort Type, byte[] Value)[] attributes)
    {
        byte[] body = [.. attributes.SelectMany(x => (byte[])[.. Number(x.Type), .. Number(x.Value.Length), .. x.Value, .. new byte[-x.Value.Length & 3]])];
        var id = RandomNumberGenerator.GetBytes(12);
        if (key is null)
            return [.. Number(type), .. Number(body.Length), .. Cookie, .. id, .. body];

        byte[] signed = [.. Number(type), .. Number(body.Length + 24), .. Cookie, .. id, .. body];
#pragma warning disable CA5350 // What RFC 8489 prescribes.
        return [.. signed, .. Number(MessageIntegrity), .. Number(20), .. HMACSHA1.HashData(key, signed)];
#pragma warning restore CA5350
    }

    private static byte[] Number(int value) => [(byte)(value >> 8), (byte)value];
}
