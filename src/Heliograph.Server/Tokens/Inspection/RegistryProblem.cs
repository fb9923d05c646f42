using Heliograph.Protocol;
using Heliograph.Protocol.Management;

namespace Heliograph.Server.Tokens.Inspection;

/// <summary>What can be wrong with a token for what a service's registry has, or has not.</summary>
internal static class RegistryProblem
{
    public static Problem NoSuchProduct(ProductId product) =>
        new($"the product {product} does not exist on this service", "Check the resource, and that this is the service it is for.");

    public static Problem NoSuchDevice(DeviceAddress device) =>
        new($"the device {device.Device} does not exist in the product {device.Product}", "Check the resource, or create the device.");

    /// <summary>The key that the token names is none of those that may sign it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="device">The device that the token is about.</param>
    /// <param name="registered">The keys that may sign it.</param>
    /// <param name="more">What else is known of the key, as the rest of a sentence: <c>it is registered on …</c>.</param>
    public static Problem NotRegistered(KeyId key, DeviceAddress device, IReadOnlyList<PublicKey> registered, string? more)
    {
        var whose = key.Owner == KeyOwner.Device ? $"the device {device}" : $"the product {device.Product}";
        var known = registered.Count > 0 ? string.Join(", ", registered.Select(x => x.Id)) : "it has none";
        return new(
            $"its key {key} is not registered on {whose}{(more is null ? "" : $"; {more}")}",
            more is null
                ? $"Register the public key there ('heliograph key add'), or sign with a key that is: {known}"
                : "Sign with the right key, or register this one where it is needed ('heliograph key add').");
    }
}
