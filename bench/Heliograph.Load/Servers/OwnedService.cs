namespace Heliograph.Load.Servers;

/// <summary>A Heliograph of this program's own: a process with a data folder that goes when it goes.</summary>
internal sealed class OwnedService : IDisposable
{
    private readonly ServerProcess _process;
    private readonly DirectoryInfo _data;

    public OwnedService(
        string program, string? configuration, IReadOnlyDictionary<string, string> runtime, ServerCertificate? certificate)
    {
        _data = Directory.CreateTempSubdirectory("heliograph-load-");
        try
        {
            List<string> arguments = ["serve", "--listen", $"{(certificate is null ? "http" : "https")}://127.0.0.1:0", "--data", _data.FullName];
            if (configuration is not null)
            {
                arguments.AddRange(["--config", Path.GetFullPath(configuration)]);
            }

            Certificate = certificate;
            var environment = new Dictionary<string, string>(runtime, StringComparer.Ordinal);
            if (certificate is not null)
            {
                environment["HELIOGRAPH_CertificateFile"] = certificate.CertificateFile;
                environment["HELIOGRAPH_CertificateKeyFile"] = certificate.KeyFile;
            }

            _process = ServerProcess.Start(program, arguments, environment);
            ApiKey = ReadApiKey();
        }
        catch
        {
            _process?.Dispose();
            _data.Delete(recursive: true);
            throw;
        }
    }

    public Uri Address => _process.Address;

    public int ProcessId => _process.Id;

    public string ApiKey { get; }

    /// <summary>Null where it listens without TLS.</summary>
    public ServerCertificate? Certificate { get; }

    public void Dispose()
    {
        _process.Dispose();
        _data.Delete(recursive: true);
    }

    private string ReadApiKey()
    {
        var file = Path.Combine(_data.FullName, "api-key");
        return File.Exists(file)
            ? File.ReadAllText(file).Trim()
            : throw new LoadException("the service made no api-key in its data folder");
    }
}
