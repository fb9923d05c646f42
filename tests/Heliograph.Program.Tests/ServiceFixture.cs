namespace Heliograph.Program.Tests;

/// <summary>One service for the tests of a class; each test makes a product of its own in it.</summary>
public sealed class ServiceFixture : IAsyncLifetime
{
    private readonly TempFolder _folder = new();

    public HeliographProcess Service { get; private set; } = null!;

    public string Url => Service.BaseUrl;

    public string ApiKey => File.ReadAllText(Service.ApiKeyFile).Trim();

    public async ValueTask InitializeAsync() => Service = await HeliographProcess.ServeAsync(_folder.Sub("data"));

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        _folder.Dispose();
    }
}
