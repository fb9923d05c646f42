using System.Security.Cryptography;

namespace Heliograph.Sdk.Tests.Tokens;

/// <summary>What the generators are given and can't use. No message has anything of a key in it.</summary>
public sealed class TokenInputTests : IDisposable
{
    private const string Product = "wp-39wu7tex";
    private const string Device = "wd-3xtqp3hy4xxy3av3";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wp-39wu7te")]
    [InlineData(Device)]
    public void ProductId_ThatIsNone_IsNamed(string? productId)
    {
        var pem = _key.ExportPkcs8PrivateKeyPem();

        Should.Throw<ArgumentException>(() => new DeviceTokenGenerator(productId!, Device, pem)).ParamName.ShouldBe("productId");
        Should.Throw<ArgumentException>(() => new ClientTokenGenerator(productId!, pem)).ParamName.ShouldBe("productId");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wd-3xtqp3hy4xxy3av")]
    [InlineData(Product)]
    public void DeviceId_ThatIsNone_IsNamed(string? deviceId)
    {
        var pem = _key.ExportPkcs8PrivateKeyPem();
        using var generator = new ClientTokenGenerator(Product, pem);

        Should.Throw<ArgumentException>(() => new DeviceTokenGenerator(Product, deviceId!, pem)).ParamName.ShouldBe("deviceId");
        Should.Throw<ArgumentException>(() => generator.Generate(deviceId!)).ParamName.ShouldBe("deviceId");
    }

    [Theory]
    [InlineData("null", "not the PEM")]
    [InlineData("empty", "not the PEM")]
    [InlineData("file name", "not the PEM")]
    [InlineData("public", "public key")]
    [InlineData("encrypted", "encrypted")]
    [InlineData("P-384", "another curve")]
    [InlineData("RSA", "P-256")]
    [InlineData("cut", "P-256")]
    [InlineData("nonsense", "P-256")]
    public void PrivateKey_ThatCanNotBeUsed_IsNamedAndNotQuoted(string kind, string problem)
    {
        var pem = Pem(kind)!;

        Should.Throw<ArgumentException>(() => new ClientTokenGenerator(Product, pem)).ParamName.ShouldBe("privateKeyPem");
        var error = Should.Throw<ArgumentException>(() => new DeviceTokenGenerator(Product, Device, pem));

        error.ParamName.ShouldBe("privateKeyPem");
        error.Message.ShouldContain(problem);
        foreach (var line in (pem ?? "").Split('\n').Where(line => line.Length > 20 && !line.StartsWith('-')))
            error.ToString().ShouldNotContain(line);
    }

    [Fact]
    public void PrivateKey_InTheWrongPlace_IsNotQuoted()
    {
        var pem = _key.ExportPkcs8PrivateKeyPem();
        var secret = pem.Split('\n')[1];

        foreach (var act in (Action[])
        [
            () => new DeviceTokenGenerator(pem, Device, pem).Dispose(),
            () => new DeviceTokenGenerator(Product, pem, pem).Dispose(),
            () => new ClientTokenGenerator(pem, Product).Dispose(),
            () => _ = new SignalingClient(new() { Endpoint = new("http://localhost"), ProductId = pem, DeviceId = pem }),
        ])
            Should.Throw<ArgumentException>(act).ToString().ShouldNotContain(secret);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Lifetime_ThatIsNotAboveZero_IsNamed(int seconds)
    {
        using var generator = new ClientTokenGenerator(Product, _key.ExportPkcs8PrivateKeyPem());

        Should.Throw<ArgumentOutOfRangeException>(() => generator.Generate(Device, TimeSpan.FromSeconds(seconds))).ParamName.ShouldBe("lifetime");
    }

    [Fact]
    public async Task Generators_OnManyThreadsAndDisposed_GiveTokensOrSayWhyNot()
    {
        var device = new DeviceTokenGenerator(Product, Device, _key.ExportPkcs8PrivateKeyPem());
        var tokens = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(device.Generate)));
        tokens.Distinct().Count().ShouldBe(50);

        device.Dispose();

        Should.Throw<ObjectDisposedException>(device.Generate);
        device.KeyId.ShouldStartWith("device:");
    }

    public void Dispose() => _key.Dispose();

    private string? Pem(string kind)
    {
        var pem = _key.ExportPkcs8PrivateKeyPem();
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        return kind switch
        {
            "empty" => "",
            "file name" => "/etc/camera/device.pem",
            "public" => _key.ExportSubjectPublicKeyInfoPem(),
            "encrypted" => _key.ExportEncryptedPkcs8PrivateKeyPem("secret", new(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000)),
            "P-384" => p384.ExportPkcs8PrivateKeyPem(),
            "RSA" => rsa.ExportPkcs8PrivateKeyPem(),
            "cut" => pem.Remove(60, 20),
            "nonsense" => "-----BEGIN PRIVATE KEY-----\nbm9uc2Vuc2Ugbm9uc2Vuc2Ugbm9uc2Vuc2U=\n-----END PRIVATE KEY-----",
            _ => null,
        };
    }
}
