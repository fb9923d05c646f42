using System.Net;
using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Management;

/// <summary>Walks the pages of a product's devices, as a script does: by the Link header alone.</summary>
internal static class DevicePages
{
    public static async Task<IReadOnlyList<IReadOnlyList<string>>> WalkAsync(ApiClient api, ProductId product, string query)
    {
        var pages = new List<IReadOnlyList<string>>();
        var next = $"{Paths.Of(product)}/devices{query}";
        while (next is not null)
        {
            var answer = await api.ManageAsync(HttpMethod.Get, next);
            pages.Add([.. answer.Require(HttpStatusCode.OK).AsArray().Select(x => x!.Text("deviceId"))]);
            next = NextOf(answer);
        }

        return pages;
    }

    /// <summary>The absolute URL of the next page; null where the answer is the last.</summary>
    public static string? NextOf(ApiAnswer answer)
    {
        if (!answer.Headers.TryGetValues("Link", out var values))
            return null;

        var link = values.ShouldHaveSingleItem();
        link.ShouldStartWith("<http");
        link.ShouldEndWith(">; rel=\"next\"");
        return link[1..link.IndexOf('>')];
    }
}
