using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Heliograph.Protocol;
using Heliograph.Server.Registry;
using Heliograph.Server.Tokens;
using Heliograph.Testing;
using Microsoft.Extensions.Options;

namespace Heliograph.Benchmarks;

/// <summary>The token check of a connect, beside the one ES256 verification that it can't do without.</summary>
public class TokenBenchmarks
{
    private readonly SigningKey _key = new();
    private readonly ECDsa _bare = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _data = new byte[400];
    private readonly TokenValidator _validator = new(Options.Create(new TokenOptions()), TimeProvider.System);
    private VerificationKey _verificationKey = null!;
    private byte[] _signature = [];
    private string _token = "";

    [GlobalSetup]
    public void Setup()
    {
        _signature = _bare.SignData(_data, HashAlgorithmName.SHA256);
        using var imported = ECDsa.Create();
        imported.ImportFromPem(_key.PublicPem);
        _verificationKey = new(_key.IdFor(KeyOwner.Device), imported.ExportSubjectPublicKeyInfo());
        _token = _key.DeviceToken(new(ProductId.New(), DeviceId.New()));
    }

    [Benchmark(Baseline = true)]
    public bool Es256() => _bare.VerifyData(_data, _signature, HashAlgorithmName.SHA256);

    [Benchmark]
    public object Check()
    {
        var (token, _) = _validator.Read(_token);
        return _validator.Validate(token, _verificationKey);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _key.Dispose();
        _bare.Dispose();
    }
}
