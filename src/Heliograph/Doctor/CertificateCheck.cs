using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Heliograph.Server.Hosting;

namespace Heliograph.Doctor;

/// <summary>What is right and wrong with a server's certificate, in words.</summary>
internal static class CertificateCheck
{
    private static readonly TimeSpan SoonAtMost = TimeSpan.FromDays(14);

    /// <summary>Judges what the TLS handshake showed; the certificates are the handshake's and gone after it.</summary>
    public static Finding Examine(X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors, string host, DateTimeOffset now)
    {
        if (shown is not X509Certificate2 certificate)
            return Finding.Failed("no certificate is shown", "Give the server a certificate for this name.");

        var problems = new List<(string Seen, string Remedy)>();
        var (begins, ends) = (new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter));
        if (ends <= now)
            problems.Add(($"the certificate expired {TimeInWords.Of(now - ends)} ago", "Renew the certificate, and see why its renewal did not happen by itself."));
        if (begins > now)
            problems.Add(($"the certificate is not valid before {begins.ToUniversalTime():u}, {TimeInWords.Of(begins - now)} from now", "Check this machine's clock, or wait."));
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            problems.Add(($"the certificate is for {NamesOf(certificate)}, not for {host}", "Use a name that the certificate has, or get one for this name."));
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && chain is not null && DistrustOf(certificate, chain) is { } distrust)
            problems.Add(distrust);

        if (problems.Count > 0)
            return Finding.Failed(string.Join("; ", problems.Select(x => x.Seen)), string.Join(" ", problems.Select(x => x.Remedy)));

        var seen = $"a certificate of {Foreign.Text(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true))}, good for {TimeInWords.Of(ends - now)} more";
        // Short-lived ones are renewed late in their short lives.
        var soon = (ends - begins) / 4 < SoonAtMost ? (ends - begins) / 4 : SoonAtMost;
        return ends - now < soon
            ? Finding.Warning(seen, "Renew the certificate soon; all peers fail at once when it expires.")
            : Finding.Ok(seen);
    }

    private static (string Seen, string Remedy)? DistrustOf(X509Certificate2 certificate, X509Chain chain)
    {
        var status = chain.ChainStatus.Select(x => x.Status).Where(x => x is not (X509ChainStatusFlags.NotTimeValid or X509ChainStatusFlags.NoError)).ToList();
        if (status.Count == 0)
            return null;
        if (certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData))
        {
            return ("the certificate is self-signed, so no peer has a reason to trust it",
                "Get one from a public authority (Let's Encrypt is free). For a test on this machine alone, name its file in SSL_CERT_FILE.");
        }

        var issuer = Foreign.Text(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true));
        if (status.Contains(X509ChainStatusFlags.PartialChain))
        {
            return ($"the chain of the certificate is broken: it was issued by '{issuer}', which is neither trusted here nor sent along",
                "Let the server send the intermediate certificates too (the 'full chain' file); with an authority of your own, add it to the trusted ones of every peer.");
        }

        return status.Contains(X509ChainStatusFlags.UntrustedRoot)
            ? ($"the certificate was issued by '{issuer}', an authority that this machine does not trust",
                "Get one from a public authority, or add yours to the trusted ones of every peer.")
            : ($"the certificate does not verify: {string.Join(", ", status.Distinct())}", "Get a new certificate.");
    }

    private static string NamesOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(x => x.EnumerateDnsNames().Concat(x.EnumerateIPAddresses().Select(address => address.ToString()))).ToList();
        return names.Count > 0 ? Foreign.Text(string.Join(", ", names)) : "no name at all";
    }
}
