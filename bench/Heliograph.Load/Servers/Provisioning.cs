using System.Security.Cryptography;

namespace Heliograph.Load.Servers;

/// <summary>A product with devices that have a key each, made before anything is measured.</summary>
internal sealed class Provisioning : IDisposable
{
    // Well under any sensible limit on a body's size.
    private const int DevicesPerCall = 500;

    private const string IdCharacters = "abcdefghijklmnopqrstuvwxyz0123456789";

    private readonly DeviceKey[] _keys;
    private readonly string[] _tokens;

    private Provisioning(string productId, string[] deviceIds)
    {
        ProductId = productId;
        DeviceIds = deviceIds;
        _keys = [.. deviceIds.Select(_ => new DeviceKey())];
        _tokens = new string[deviceIds.Length];
    }

    public string ProductId { get; }

    public string[] DeviceIds { get; }

    public static async Task<Provisioning> CreateAsync(ManagementApi api, int devices)
    {
        var ids = Enumerable.Range(0, devices).Select(_ => "wd-" + RandomNumberGenerator.GetString(IdCharacters, 16)).ToArray();
        var made = new Provisioning(await api.CreateProductAsync(), ids);
        for (var first = 0; first < devices; first += DevicesPerCall)
        {
            var range = first..Math.Min(first + DevicesPerCall, devices);
            await api.CreateDevicesAsync(made.ProductId, ids[range]);
            await api.AddKeysAsync(
                made.ProductId, [.. ids[range].Zip(made._keys[range], (id, key) => new NewKey(id, key.PublicKey))]);
        }

        made.RenewTokens(0, devices);
        return made;
    }

    public string Token(int device) => _tokens[device];

    /// <summary>
    /// A device signs a token for each connect: a service that sees the same one twice might not check it twice.
    /// </summary>
    public void RenewTokens(int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            _tokens[i] = _keys[i].MakeToken(ProductId, DeviceIds[i]);
        }
    }

    public void Dispose() => Array.ForEach(_keys, key => key.Dispose());
}
