using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Heliograph.Protocol;

namespace Heliograph.Program.Tests.Tokens;

/// <summary>A device of the service's, and keys that belong to it, to others, and to nobody.</summary>
public sealed class InspectFixture(SharedService service) : IAsyncLifetime
{
    public static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    public ApiClient Api => service.Api;

    /// <summary>The options that name the service.</summary>
    public IReadOnlyList<string> Target => ["--url", service.BaseUrl, "--api-key-file", service.ApiKeyFile];

    public SigningKey DeviceKey { get; } = new();

    public SigningKey ProductKey { get; } = new();

    public SigningKey SiblingKey { get; } = new();

    public SigningKey StrangerKey { get; } = new();

    /// <summary>Registered nowhere.</summary>
    public SigningKey OtherKey { get; } = new();

    public DeviceAddress Address { get; private set; }

    public DeviceAddress Sibling { get; private set; }

    public async ValueTask InitializeAsync()
    {
        var product = await Api.CreateProductAsync();
        await Api.AddProductKeyAsync(product, ProductKey);
        Address = await Api.CreateDeviceAsync(product, DeviceKey);
        Sibling = await Api.CreateDeviceAsync(product, SiblingKey);
        await Api.AddProductKeyAsync(await Api.CreateProductAsync(), StrangerKey);
    }

    public string Device(Action<JsonObject>? claims = null, Action<JsonObject>? header = null, string scope = "device:connect turn") =>
        DeviceKey.DeviceToken(Address, claims, header, scope);

    public string Client(Action<JsonObject>? claims = null, Action<JsonObject>? header = null, string scope = "client:connect turn") =>
        ProductKey.ClientToken(Address, claims, header, scope);

    /// <summary>A right token whose signature is written in some format.</summary>
    public string SignedBy(DSASignatureFormat format)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(DeviceKey.PrivatePem);
        var input = Device()[..Device().LastIndexOf('.')];
        return $"{input}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, format))}";
    }

    public ValueTask DisposeAsync()
    {
        foreach (var key in (SigningKey[])[DeviceKey, ProductKey, SiblingKey, StrangerKey, OtherKey])
            key.Dispose();
        return ValueTask.CompletedTask;
    }
}
