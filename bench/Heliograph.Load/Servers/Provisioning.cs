using System.Security.Cryptography;

namespace Heliograph.Load.Servers;

/// <summary>A product with devices that have a key each, and a token per device, all made before anything is measured.</summary>
internal sealed record Provisioning(string ProductId, string[] DeviceIds, string[] Tokens)
{
    // Well under any sensible limit on a body's size.
    private const int DevicesPerCall = 500;

    private const string IdCharacters = "abcdefghijklmnopqrstuvwxyz0123456789";

    public static async Task<Provisioning> CreateAsync(ManagementApi api, int devices)
    {
        using var credentials = new DeviceCredentials();
        var product = await api.CreateProductAsync();
        var ids = Enumerable.Range(0, devices).Select(_ => "wd-" + RandomNumberGenerator.GetString(IdCharacters, 16)).ToArray();
        foreach (var chunk in ids.Chunk(DevicesPerCall))
        {
            await api.CreateDevicesAsync(product, chunk);
            await api.AddKeysAsync(product, [.. chunk.Select(id => new NewKey(id, credentials.PublicKey))]);
        }

        return new Provisioning(product, ids, [.. ids.Select(id => credentials.MakeToken(product, id))]);
    }
}
