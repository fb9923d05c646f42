[assembly: AssemblyFixture(typeof(Heliograph.Browser.Tests.CommonService))]

namespace Heliograph.Browser.Tests;

/// <summary>
/// One service for all scenes that neither set it up nor stop it, started when the first one asks: its start costs more than what most of them do.
/// Each has an organization of its own in it, and so sees nothing of the others.
/// </summary>
public sealed class CommonService : IAsyncDisposable
{
    private static CommonService? _instance;

    private readonly TempFolder _folder = new();
    private readonly Lazy<Task<HeliographProcess>> _service;

    public CommonService()
    {
        _service = new(StartAsync);
        _instance = this;
    }

    /// <summary>The service, and a manage key of a new organization.</summary>
    internal static async Task<(HeliographProcess Service, string ApiKey)> JoinAsync()
    {
        var service = await _instance!._service.Value;
        using var api = service.CreateApiClient();
        return (service, await api.CreateApiKeyAsync($"org-{Guid.NewGuid():N}"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_service.IsValueCreated)
            await (await _service.Value).DisposeAsync();
        _folder.Dispose();
    }

    private Task<HeliographProcess> StartAsync() => HeliographProcess.ServeAsync(
        _folder.Sub("data"),
        // All scenes sign in from one address.
        new Dictionary<string, string> { ["HELIOGRAPH_Console__TriesPerAddress"] = "10000" },
        "--listen", "http://localhost:0");
}
