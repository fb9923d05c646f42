using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Heliograph.Management;

internal sealed partial class ManagementClient
{
    /// <summary>A list that comes in pages, which are asked for as they are needed.</summary>
    private async IAsyncEnumerable<T> ListAsync<T>(
        string path, string firstQuery, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = firstQuery;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (query is not null)
        {
            using var page = await _http.SendAsync(HttpMethod.Get, path + query, body: null, cancellationToken);
            // A service that leads in circles would never let go.
            query = PageLink.NextOf(page) is { } next && seen.Add(next) ? next : null;

            await using var stream = await page.Content.ReadAsStreamAsync(cancellationToken);
            await using var items = JsonSerializer.DeserializeAsyncEnumerable(stream, type, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await MoveNextAsync(items))
                yield return items.Current ?? throw _http.NotOurs();
        }
    }

    private async ValueTask<bool> MoveNextAsync<T>(IAsyncEnumerator<T> items)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (Exception error) when (error is JsonException or HttpRequestException or IOException)
        {
            throw _http.Unreadable(error);
        }
    }
}
