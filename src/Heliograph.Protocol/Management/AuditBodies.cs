namespace Heliograph.Protocol.Management;

/// <summary>An entry of the audit log: who did what, and when.</summary>
/// <param name="Id">Its ID. Later entries have greater ones.</param>
/// <param name="Time">When it was, in UTC.</param>
/// <param name="OrganizationId">Whose log it is in.</param>
/// <param name="Actor">Who it was.</param>
/// <param name="Action">What they did, a word of a fixed list, e.g. <c>product.create</c>.</param>
/// <param name="Subject">What they did it to.</param>
/// <param name="Detail">More of it, for a person to read: names and numbers, never a secret.</param>
public sealed record AuditEntry(
    string Id,
    DateTime Time,
    string OrganizationId,
    AuditActor Actor,
    string Action,
    AuditSubject Subject,
    string? Detail);

/// <summary>Who did something.</summary>
/// <param name="Id"><c>key:</c> and the ID of an API key, <c>user:</c> and the subject of a person who signed in, or <c>service</c>.</param>
/// <param name="Name">What the key or the person was called then.</param>
/// <param name="Via">The way they came: <c>api</c>, <c>console</c>, or <c>start</c> for the service's own start.</param>
/// <param name="Address">The network address that they came from.</param>
public sealed record AuditActor(string Id, string? Name, string Via, string? Address);

/// <summary>What something was done to; what does not apply is null.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="DeviceId">The device of it.</param>
/// <param name="KeyId">The public key of the product, or of the device where there is one.</param>
/// <param name="ApiKeyId">The API key.</param>
public sealed record AuditSubject(string? ProductId = null, string? DeviceId = null, string? KeyId = null, string? ApiKeyId = null);
