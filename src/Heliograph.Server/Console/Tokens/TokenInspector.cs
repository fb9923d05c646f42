using Heliograph.Protocol;
using Heliograph.Server.Connect;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Heliograph.Server.Tokens;
using Heliograph.Server.Tokens.Inspection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Console.Tokens;

/// <summary>
/// Says of a token what it says, and whether and why this service would refuse it. Of products of another organization it knows
/// no more than of those that don't exist.
/// </summary>
internal sealed class TokenInspector(
    ProductStore products, DeviceStore devices, KeyFinder keys, Revocations revocations, TokenVerdicts verdicts, IOptions<TokenOptions> options, TimeProvider time)
{
    /// <summary>Looks at a token.</summary>
    /// <param name="organization">Whose registry it is held against.</param>
    /// <param name="text">The token, as a person gave it.</param>
    /// <param name="wanted">The device that it would be shown for; null for the one that it names.</param>
    /// <param name="cancellationToken">Ends the inspection.</param>
    public async Task<TokenFindings> InspectAsync(string organization, string text, DeviceAddress? wanted, CancellationToken cancellationToken)
    {
        var token = TokenText.Read(text);
        var inspection = new TokenInspection(token, token.Role, wanted, options.Value, time);
        inspection.CheckItself();
        var answers = (wanted ?? inspection.Device) is { } device
            ? await AskAsync(organization, token, inspection, device, cancellationToken)
            : [];
        return new(token, inspection.Now, inspection.Signature, inspection.Problems, answers);
    }

    private async Task<IReadOnlyList<TokenVerdict>> AskAsync(
        string organization, TokenText token, TokenInspection inspection, DeviceAddress address, CancellationToken cancellationToken)
    {
        inspection.FoundNoKey();
        if (await FindAsync(() => products.GetAsync(organization, address.Product, cancellationToken)) is not { } product)
        {
            inspection.Problems.Add(RegistryProblem.NoSuchProduct(address.Product));
            return [];
        }

        var device = await FindAsync(() => devices.GetAsync(organization, address, cancellationToken));
        if (device is null)
            inspection.Problems.Add(RegistryProblem.NoSuchDevice(address));
        if (inspection.Key is { } key && key.Owner == token.Role && (device is not null || key.Owner == KeyOwner.Product))
        {
            var registered = key.Owner == KeyOwner.Product ? product.PublicKeys : device!.PublicKeys;
            if (registered.FirstOrDefault(x => x.Id == key.Value) is { } own && PublicKeyPem.TryRead(own.Key, out var publicKey, out _))
                inspection.CheckSignature(publicKey, "the registered key");
            else
                inspection.Problems.Add(RegistryProblem.NotRegistered(key, address, registered, await MoreOfAsync(organization, address, key, inspection.Now, cancellationToken)));
        }

        return await verdicts.AskAsync(token.Text, address, cancellationToken);
    }

    /// <summary>What else is known of a key that is not where it should be.</summary>
    private async Task<string?> MoreOfAsync(string organization, DeviceAddress address, KeyId key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (revocations.RemovedAt(address, key) is { } removed)
            return $"it was removed from there {TimeInWords.From(new(removed), now)}";
        return await keys.FindAsync(organization, address.Product, key, cancellationToken) switch
        {
            (var product, { } device) => $"it is registered on the device {product}/{device}",
            (var product, null) => $"it is registered on the product {product}, for its clients' tokens",
            null => null,
        };
    }

    private static async Task<T?> FindAsync<T>(Func<Task<T>> find) where T : class
    {
        try
        {
            return await find();
        }
        catch (ApiException error) when (error.Status == StatusCodes.Status404NotFound)
        {
            return null;
        }
    }
}

/// <summary>What was found out about a token.</summary>
/// <param name="Token">What it says.</param>
/// <param name="Now">The moment that its times were compared with.</param>
/// <param name="Signature">What is known of its signature, in words.</param>
/// <param name="Problems">What is wrong with it for the purpose that it seems to have, the most important first.</param>
/// <param name="Verdicts">What each of the calls would answer; none where it is about no device of the organization.</param>
internal sealed record TokenFindings(
    TokenText Token, DateTimeOffset Now, string Signature, IReadOnlyList<Problem> Problems, IReadOnlyList<TokenVerdict> Verdicts);
