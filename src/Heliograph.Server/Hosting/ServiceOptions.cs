namespace Heliograph.Server.Hosting;

/// <summary>The service as a whole.</summary>
internal sealed class ServiceOptions
{
    /// <summary>The URLs to listen on, separated by semicolons. Port 0 takes a free one.</summary>
    public string Listen { get; set; } = "http://localhost:8080";

    /// <summary>The data folder: the database, the first API key, the lock file.</summary>
    public string Data { get; set; } = "./data";

    /// <summary>The URL that peers reach the service by, which signaling URLs are built from; where unset, what the request came to.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>Proxies, as addresses or networks (10.0.0.0/8), whose X-Forwarded-For, -Proto and -Host are believed.</summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>The certificate (chain) for https URLs, as a PEM file.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>The private key of the certificate, as a PEM file.</summary>
    public string? CertificateKeyFile { get; set; }

    /// <summary>
    /// Whether signaling sockets and connect calls are answered beside HTTP, where they can be. Where not, the web server answers them all, in the
    /// same way at a multiple of the CPU and memory: the way out, should it ever be needed.
    /// </summary>
    public bool BesideHttp { get; set; } = true;

    public IEnumerable<string> Validate()
    {
        if (ListenUrls.Count == 0)
            yield return "Listen must have a URL";
        foreach (var url in ListenUrls)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.PathAndQuery != "/")
                yield return $"Listen must be http:// or https:// URLs without a path, and '{url}' is none";
            else if (uri.Scheme == "https" && (CertificateFile is null || CertificateKeyFile is null))
                yield return "CertificateFile and CertificateKeyFile must be set to listen on https";
        }

        if (string.IsNullOrWhiteSpace(Data))
            yield return "Data must not be empty";
        if (PublicUrl is not null
            && (!Uri.TryCreate(PublicUrl, UriKind.Absolute, out var publicUri) || publicUri.Scheme is not ("http" or "https")
                || publicUri.Query.Length + publicUri.Fragment.Length > 0))
            yield return "PublicUrl must be an http:// or https:// URL without a query";
        for (var i = 0; i < TrustedProxies.Count; i++)
        {
            if (!ForwardedHeadersSetup.TryRead(TrustedProxies[i], out _))
                yield return $"TrustedProxies:{i} must be an IP address or a network such as 10.0.0.0/8";
        }

        foreach (var (name, file) in ((string, string?)[])[(nameof(CertificateFile), CertificateFile), (nameof(CertificateKeyFile), CertificateKeyFile)])
        {
            if (file is not null && !File.Exists(file))
                yield return $"{name}: there is no file '{file}'";
        }
    }

    public IReadOnlyList<string> ListenUrls => Listen.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
