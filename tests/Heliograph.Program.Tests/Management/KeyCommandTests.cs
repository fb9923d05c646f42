using System.Security.Cryptography;
using Heliograph.Protocol;

namespace Heliograph.Program.Tests.Management;

public sealed class KeyCommandTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>, IDisposable
{
    private readonly Cli _cli = new Cli().For(fixture.Service);

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Generate_InAFolder_WritesAPairWhoseIdsItPrints()
    {
        var made = await _cli.JsonAsync("key", "generate", "k.pem");

        File.GetUnixFileMode(_cli.Folder.PathOf("k.pem")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var key = ECDsa.Create();
        key.ImportFromPem(Read("k.pem"));
        Read("k.pem").ShouldStartWith("-----BEGIN PRIVATE KEY-----");
        key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value.ShouldBe("1.2.840.10045.3.1.7");
        Read("k.pem.pub").Trim().ShouldBe(key.ExportSubjectPublicKeyInfoPem());
        made.Text("deviceKeyId").ShouldBe(KeyId.Of(KeyOwner.Device, key.ExportSubjectPublicKeyInfo()).Value);
        made.Text("productKeyId").ShouldBe(KeyId.Of(KeyOwner.Product, key.ExportSubjectPublicKeyInfo()).Value);
        _cli.Folder.Info.GetFiles().Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("k.pem")]
    [InlineData("k.pub")]
    public async Task Generate_OverAFileThatIsThere_NeedsForce(string taken)
    {
        _cli.Folder.Write(taken, "precious");

        (await _cli.RunAsync("key", "generate", "k.pem", "--public", "k.pub")).FailedWith(1, $"'{taken}'", "--force");
        _cli.Folder.Info.GetFiles().ShouldHaveSingleItem();
        Read(taken).ShouldBe("precious");

        var made = (await _cli.RunAsync("key", "generate", "k.pem", "--public", "k.pub", "--force")).Succeeded();
        made.Output.ShouldMatch("Of a device +device:[0-9a-f]{64}\n");
        File.GetUnixFileMode(_cli.Folder.PathOf("k.pem")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData("none/k.pem", "none/k.pem.pub", 1, "'none/k.pem'")]
    [InlineData("k.pem", "k.pem", 2, "--public")]
    [InlineData("k.pem", "none/k.pem.pub", 1, "'none/k.pem.pub'")]
    [InlineData("k.pem", "", 2, "empty")]
    [InlineData("", "k.pub", 2, "empty")]
    public async Task Generate_WhereItCannotBeWritten_SaysSoAndLeavesNothing(string file, string publicFile, int code, string words)
    {
        (await _cli.RunAsync("key", "generate", file, "--public", publicFile)).FailedWith(code, words);

        _cli.Folder.Info.GetFileSystemInfos().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("k.pem")]
    [InlineData("k.pem.pub")]
    public async Task Add_AndRemove_OfDeviceAndProduct_TakeEitherFile(string file)
    {
        var made = await _cli.JsonAsync("key", "generate", "k.pem");
        var device = await DeviceAsync();
        var product = device.Split('/')[0];

        (await _cli.RunAsync("key", "add", device, file)).Succeeded().Output.Trim().ShouldBe(made.Text("deviceKeyId"));
        (await _cli.JsonAsync("key", "add", product, file))["publicKeys"]![0]!.Text("id").ShouldBe(made.Text("productKeyId"));
        (await _cli.RunAsync("device", "show", device)).Output.ShouldMatch($"\nKeys +{made.Text("deviceKeyId")}\n");

        (await _cli.JsonAsync("key", "remove", device, file))["publicKeys"]!.AsArray().ShouldBeEmpty();
        (await _cli.RunAsync("key", "remove", product, made.Text("productKeyId"))).Succeeded().Errors.ShouldContain(product);
        (await _cli.RunAsync("key", "remove", product, made.Text("productKeyId"))).FailedWith(3, made.Text("productKeyId"));
    }

    [Fact]
    public async Task Add_OfAPrivateKey_SendsThePublicOneAlone()
    {
        const string Address = "wp-aaaaaaaa/wd-aaaaaaaaaaaaaaaa";
        await using var service = await FakeService.StartAsync(_ => FakeService.Json(200, """
            {"productId":"wp-aaaaaaaa","deviceId":"wd-aaaaaaaaaaaaaaaa","publicKeys":[],"tags":{},"created":"2026-01-01T00:00:00Z","connected":false}
            """));
        _cli.Environment["HELIO_URL"] = service.Url;
        await _cli.RunAsync("key", "generate", "k.pem");
        using var key = ECDsa.Create();
        key.ImportFromPem(Read("k.pem"));
        _cli.Folder.Write("sec1.pem", key.ExportECPrivateKeyPem());

        (await _cli.RunAsync("key", "add", Address, "k.pem")).Succeeded();
        (await _cli.RunAsync("key", "add", Address, "sec1.pem")).Succeeded();
        (await _cli.RunAsync(Read("k.pem"), ["key", "add", Address, "-"])).Succeeded();
        await _cli.RunAsync("key", "remove", Address, "k.pem");

        var secret = Convert.ToBase64String(key.ExportParameters(includePrivateParameters: true).D!);
        service.Requests.Count.ShouldBe(4);
        foreach (var request in service.Requests.Take(3))
            System.Text.Json.Nodes.JsonNode.Parse(request.Body)!.AsObject().ShouldHaveSingleItem().Value!.GetValue<string>().Trim().ShouldBe(key.ExportSubjectPublicKeyInfoPem());
        var all = string.Join('\n', service.Requests.Select(x => x.ToString()));
        all.ShouldNotContain("PRIVATE");
        foreach (var line in Read("k.pem").Split('\n').Skip(1).Take(2))
            all.ShouldNotContain(line[..32]);
        all.ShouldNotContain(secret[..20]);
    }

    [Theory]
    [InlineData("text", "the file 'k' is not PEM")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "PEM of another kind")]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----", "encrypted")]
    [InlineData("", "the file 'k' is missing")]
    public async Task Add_OfWhatIsNoKey_SaysWhatItIs(string text, string words)
    {
        _cli.Folder.Write("k", text);

        (await _cli.RunAsync("key", "add", "wp-aaaaaaaa", "k")).FailedWith(1, words);
    }

    [Fact]
    public async Task Add_OfAKeyOnAnotherCurve_SaysWhichItMustBe()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        _cli.Folder.Write("k", key.ExportPkcs8PrivateKeyPem());

        (await _cli.RunAsync("key", "add", "wp-aaaaaaaa", "k")).FailedWith(1, "the file 'k' is on another curve", "P-256");
    }

    [Theory]
    [InlineData("wp-aaaaaaaa", "device:", "is the ID of a key of a device")]
    [InlineData("wp-aaaaaaaa/wd-aaaaaaaaaaaaaaaa", "product:", "is the ID of a key of a product")]
    public async Task Remove_OfAKeyOfTheOtherKind_SaysSo(string owner, string prefix, string words) =>
        (await _cli.RunAsync("key", "remove", owner, prefix + new string('a', 64))).FailedWith(2, words);

    [Theory]
    [InlineData("device:abc", 2, "is not a key ID")]
    [InlineData("none.pem", 1, "there is no file 'none.pem'")]
    public async Task Remove_OfWhatIsNoKey_SaysSo(string key, int code, string words) =>
        (await _cli.RunAsync("key", "remove", "wp-aaaaaaaa/wd-aaaaaaaaaaaaaaaa", key)).FailedWith(code, words);

    private string Read(string file) => File.ReadAllText(_cli.Folder.PathOf(file));

    private async Task<string> DeviceAsync()
    {
        var product = (await _cli.RunAsync("product", "create")).Succeeded().Output.Trim();
        return (await _cli.RunAsync("device", "create", product)).Succeeded().Output.Trim();
    }
}
