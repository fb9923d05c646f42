using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Heliograph.Protocol;

namespace Heliograph.Doctor;

/// <summary>An answer over HTTP.</summary>
internal sealed partial record HttpAnswer(
    HttpStatusCode Status, string? Reason, HttpResponseHeaders Headers, string? ContentType, byte[] Body, DateTimeOffset ReceivedAt, TimeSpan Duration)
{
    /// <summary>The body as the protocol's error; null where it is something else.</summary>
    public ErrorBody? Error
    {
        get
        {
            try
            {
                return JsonSerializer.Deserialize(Body, ProtocolJson.Default.ErrorBody) is { Code: not null, Message: not null } error ? error : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    /// <summary>The answer in words: status, who gave it, and what its body is.</summary>
    public string Description
    {
        get
        {
            var status = $"{(int)Status} {Reason}".Trim();
            var server = Headers.TryGetValues("Server", out var names) ? $" from '{Foreign.Text(string.Join(' ', names))}'" : "";
            return $"{Foreign.Text(status)}{server}{DescribeBody()}";
        }
    }

    private string DescribeBody()
    {
        if (Error is { } error)
            return $" with the code {Foreign.Text(error.Code)} ({Foreign.Text(error.Message)})";
        if (Body.Length == 0)
            return "";
        if (Title().Match(System.Text.Encoding.UTF8.GetString(Body)) is { Success: true } title)
            return $", a page titled '{Foreign.Text(WebUtility.HtmlDecode(title.Groups["title"].Value))}'";
        return $", {Foreign.Text(ContentType ?? "of no content type")}";
    }

    [GeneratedRegex("<title[^>]*>(?<title>[^<]*)</title>", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Title();
}
