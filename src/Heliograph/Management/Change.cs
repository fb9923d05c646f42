using System.Net.Http.Headers;
using System.Text.Json;

namespace Heliograph.Management;

/// <summary>What is to be changed in a product or device. What is left out of the body keeps its value, so nothing is in it that was not asked for.</summary>
/// <param name="Name">The new name; null where it is to be kept.</param>
/// <param name="Tags">All tags; null where they are to be kept.</param>
/// <param name="RemovesName">Whether the name is to be removed.</param>
/// <param name="Region">The region that a product is to be moved to; null where it stays.</param>
internal sealed record Change(
    string? Name = null, IReadOnlyDictionary<string, string>? Tags = null, bool RemovesName = false, string? Region = null)
{
    public HttpContent ToContent()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (RemovesName)
                json.WriteNull("name");
            else if (Name is not null)
                json.WriteString("name", Name);
            if (Tags is not null)
            {
                json.WriteStartObject("tags");
                foreach (var (key, value) in Tags)
                    json.WriteString(key, value);
                json.WriteEndObject();
            }

            if (Region is not null)
                json.WriteString("region", Region);
            json.WriteEndObject();
        }

        return new ByteArrayContent(buffer.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }
}
