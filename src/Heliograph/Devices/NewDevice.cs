using Heliograph.Protocol;

namespace Heliograph.Devices;

/// <summary>A device that is to be created with all that was said of it.</summary>
/// <param name="Id">Its ID.</param>
/// <param name="PublicKeys">Its keys as SPKI PEM.</param>
/// <param name="Name">Its name, where it has one.</param>
/// <param name="Tags">Tags of its own, where it has any; the command's are not among them.</param>
internal sealed record NewDevice(
    DeviceId Id, IReadOnlyList<string> PublicKeys, string? Name = null, IReadOnlyDictionary<string, string>? Tags = null);
