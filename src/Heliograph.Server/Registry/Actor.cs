namespace Heliograph.Server.Registry;

/// <summary>Who changes the registry.</summary>
/// <param name="Organization">The organization that they belong to; whatever they change is its own.</param>
/// <param name="Id">Who they are: <c>key:{id}</c> of an API key, <c>user:{subject}</c> of a person who signed in, or <c>service</c>.</param>
/// <param name="Name">What the key or the person is called, where they have a name.</param>
/// <param name="Via">The way they came: <c>api</c>, <c>console</c> or <c>start</c>.</param>
/// <param name="Address">The network address that they came from, where there is one.</param>
internal sealed record Actor(string Organization, string Id, string? Name, string Via, string? Address)
{
    /// <summary>The service itself, at its start.</summary>
    public static Actor Service(string organization) => new(organization, "service", null, "start", null);
}
