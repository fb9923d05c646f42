namespace Heliograph.Server.Console.SignIn.OpenId;

/// <summary>One value of the claim with people's organization.</summary>
internal sealed class OrganizationMapping
{
    /// <summary>The claim's value.</summary>
    public string? Value { get; set; }

    /// <summary>The ID of the organization that it stands for.</summary>
    public string? Id { get; set; }
}
