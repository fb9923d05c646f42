using System.Text.Json;
using Heliograph.Protocol;

namespace Heliograph.Management;

/// <summary>Reads the bodies of error answers.</summary>
internal static class ErrorAnswer
{
    /// <summary>More is no error body of this API.</summary>
    private const int MaxBytes = 64 * 1024;

    /// <summary>What the answer says; null where it has no body of this API.</summary>
    public static async Task<ErrorBody?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxBytes, cancellationToken);
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return JsonSerializer.Deserialize(bytes, ProtocolJson.Default.ErrorBody) is { Message: { Length: > 0 }, Code.Length: > 0 } body ? body : null;
        }
        catch (Exception error) when (error is JsonException or HttpRequestException or IOException)
        {
            return null;
        }
    }
}
