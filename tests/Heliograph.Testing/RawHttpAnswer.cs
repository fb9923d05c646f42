using System.Text.Json.Nodes;

namespace Heliograph.Testing;

/// <summary>An HTTP answer as it came over a <see cref="RawConnection"/>.</summary>
public sealed record RawHttpAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>A header's value; null where it is not there.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>The <c>code</c> of the protocol's error body; null where the body is something else.</summary>
    public string? ErrorCode
    {
        get
        {
            try
            {
                return JsonNode.Parse(Body) is JsonObject body && body["message"]?.GetValue<string>() is not null
                    ? body["code"]?.GetValue<string>()
                    : null;
            }
            catch (System.Text.Json.JsonException)
            {
                return null;
            }
        }
    }
}
