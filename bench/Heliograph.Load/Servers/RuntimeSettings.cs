using System.Globalization;
using System.Text.Json;

namespace Heliograph.Load.Servers;

/// <summary>
/// The runtime settings of the service, as environment variables for the yardsticks: the comparison is of programs, not of garbage
/// collector settings. They are what the service's own <c>runtimeconfig.json</c> says; the service itself reads it anyway.
/// </summary>
internal static class RuntimeSettings
{
    private static readonly Dictionary<string, string> Variables = new(StringComparer.Ordinal)
    {
        ["System.GC.Server"] = "DOTNET_gcServer",
        ["System.GC.Concurrent"] = "DOTNET_gcConcurrent",
        ["System.GC.ConserveMemory"] = "DOTNET_GCConserveMemory",
        ["System.GC.Gen0MaxBudget"] = "DOTNET_GCGen0MaxBudget",
        ["System.GC.DynamicAdaptationMode"] = "DOTNET_GCDynamicAdaptationMode",
        ["System.GC.HeapCount"] = "DOTNET_GCHeapCount",
        ["System.Runtime.TieredPGO"] = "DOTNET_TieredPGO",
        ["System.Runtime.TieredCompilation"] = "DOTNET_TieredCompilation",
        ["System.Threading.ThreadPool.UnfairSemaphoreSpinLimit"] = "DOTNET_ThreadPool_UnfairSemaphoreSpinLimit",
    };

    /// <param name="service">The service's executable or .dll, if this program starts it.</param>
    /// <param name="collector"><c>server</c> or <c>workstation</c> to override the service's choice.</param>
    public static IReadOnlyDictionary<string, string> For(string? service, string? collector)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        if (service is not null && File.Exists(FileOf(service)))
        {
            // What the file leaves out is the runtime's default.
            environment["DOTNET_gcServer"] = "0";
            environment["DOTNET_gcConcurrent"] = "1";
            Read(FileOf(service), environment);
        }

        if (collector is not null)
        {
            environment["DOTNET_gcServer"] = string.Equals(collector, "server", StringComparison.Ordinal) ? "1" : "0";
        }

        return environment;
    }

    private static string FileOf(string program) => program.EndsWith(".dll", StringComparison.Ordinal)
        ? Path.ChangeExtension(program, ".runtimeconfig.json")
        : program + ".runtimeconfig.json";

    private static void Read(string file, Dictionary<string, string> environment)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        if (document.RootElement.GetProperty("runtimeOptions").TryGetProperty("configProperties", out var properties))
        {
            foreach (var property in properties.EnumerateObject().Where(property => Variables.ContainsKey(property.Name)))
            {
                environment[Variables[property.Name]] = Value(property.Value);
            }
        }
    }

    // The runtime reads numbers in the environment as hexadecimal.
    private static string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => "1",
        JsonValueKind.False => "0",
        JsonValueKind.Number => value.GetInt64().ToString("x", CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
