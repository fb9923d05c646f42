using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Heliograph.Server.Hosting;

/// <summary>An answer of HTTP/1.1 (RFC 9112) with JSON in it, written out where the web server has no part.</summary>
internal static class PlainAnswer
{
    /// <summary>As the framework writes it.</summary>
    public const string ContentType = "application/json; charset=utf-8";

    /// <summary>Writes an answer.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="status">Its status.</param>
    /// <param name="json">Its body.</param>
    /// <param name="now">The time, for its Date.</param>
    /// <param name="isLast">Whether the connection ends with it.</param>
    /// <param name="headers">Further header lines, each with its end.</param>
    public static void Write(IBufferWriter<byte> output, int status, ReadOnlySpan<byte> json, DateTimeOffset now, bool isLast, string headers = "")
    {
        var connection = isLast ? "Connection: close\r\n" : "";
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} {ReasonPhrases.GetReasonPhrase(status)}\r\nContent-Type: {ContentType}\r\nDate: {now:R}\r\nContent-Length: {json.Length}\r\n{connection}{headers}\r\n");
        Encoding.ASCII.GetBytes(head, output);
        output.Write(json);
    }
}
