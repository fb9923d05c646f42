using System.Text.Json.Serialization;

namespace Heliograph.Profiles;

/// <summary>JSON of profiles: the file, and what <c>profile list</c> tells.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ProfileSet))]
[JsonSerializable(typeof(IReadOnlyList<ProfileDescription>))]
[JsonSerializable(typeof(ProfileDescription))]
internal sealed partial class ProfileJson : JsonSerializerContext;
