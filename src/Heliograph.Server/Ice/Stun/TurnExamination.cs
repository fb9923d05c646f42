using System.Security.Cryptography;
using System.Text;
using Heliograph.Protocol;

namespace Heliograph.Server.Ice.Stun;

/// <summary>Asks a TURN server for a relayed address (RFC 8656 section 7), with the credentials that peers are given, and gives it back.</summary>
internal sealed class TurnExamination(StunConnection connection, IceUrl url, IceServer server, TimeSpan timeout)
{
    private const int Unauthorized = 401;

    private static readonly (ushort, byte[]) Udp = (StunMessage.RequestedTransport, [17, 0, 0, 0]);

    public async Task<IceFinding> ExamineAsync(CancellationToken cancellationToken)
    {
        // The first is always refused: the refusal has what the second one is signed with.
        var first = StunMessage.Request(StunMessage.AllocateRequest, Udp);
        if (await connection.AskAsync(first, integrityKey: null, cancellationToken) is not { } challenge)
            return IceExamination.NoAnswer(connection, url, timeout);
        if (challenge.IsSuccessOf(first))
        {
            return IceFinding.Warning(
                "answers, and relays for anybody without credentials", "Strangers can use its bandwidth, and reach your network through it: set use-auth-secret and static-auth-secret.");
        }

        if (challenge.Error != Unauthorized || challenge.Find(StunMessage.Realm) is not { } realm || challenge.Find(StunMessage.Nonce) is not { } nonce)
            return Refused(challenge);
        if (server is not { Username: { } username, Credential: { } credential })
            return IceFinding.Warning("answers, but peers are given no credentials for it", "Set Ice:TurnSecret to what the TURN server has as static-auth-secret.");

        var user = Encoding.UTF8.GetBytes(username);
        var key = KeyOf(user, realm, credential);
        (ushort, byte[])[] signed = [(StunMessage.Username, user), (StunMessage.Realm, realm), (StunMessage.Nonce, nonce)];
        var second = StunMessage.Request(StunMessage.AllocateRequest, [Udp, .. signed]);
        if (await connection.AskAsync(second, key, cancellationToken) is not { } answer)
            return IceExamination.NoAnswer(connection, url, timeout);
        if (answer.IsErrorOf(second))
            return Refused(answer);

        await connection.AskAsync(StunMessage.Request(StunMessage.RefreshRequest, [(StunMessage.Lifetime, [0, 0, 0, 0]), .. signed]), key, cancellationToken);
        return Judge(answer);
    }

    private static IceFinding Judge(StunMessage allocated)
    {
        if (allocated.FindAddress(StunMessage.XorRelayedAddress) is not { } relayed)
            return IceFinding.Failed("takes the credentials, but names no relayed address", "Look at the TURN server's log.");
        var seen = $"takes the credentials, and relays from {relayed.Address}";
        var seesUsAs = allocated.FindAddress(StunMessage.XorMappedAddress)?.Address;
        return PrivateNetworks.Contain(relayed.Address) && seesUsAs is not null && !PrivateNetworks.Contain(seesUsAs)
            ? IceFinding.Warning($"{seen}, a private address that peers can't reach", "Tell the TURN server its public address: coturn's external-ip.")
            : IceFinding.Ok(seen);
    }

    private static IceFinding Refused(StunMessage answer)
    {
        var seen = $"answers, but refuses with {answer.Error}";
        return answer.Error == Unauthorized
            ? IceFinding.Failed($"{seen}: it does not take the credentials that peers are given", "Ice:TurnSecret must be the TURN server's static-auth-secret (with use-auth-secret), and its clock right.")
            : IceFinding.Failed(seen, "Look at the TURN server's settings and log; 486 and 508 mean that a quota or its ports are used up.");
    }

    // What RFC 8489 section 9.2.2 prescribes for long-term credentials.
#pragma warning disable CA5351
    private static byte[] KeyOf(byte[] user, byte[] realm, string credential) =>
        MD5.HashData([.. user, (byte)':', .. realm, (byte)':', .. Encoding.UTF8.GetBytes(credential)]);
#pragma warning restore CA5351
}
