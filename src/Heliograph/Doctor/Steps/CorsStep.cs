using System.Net;

namespace Heliograph.Doctor.Steps;

/// <summary>May pages in browsers call the service?</summary>
internal sealed class CorsStep : IStep
{
    private const string Origin = "https://doctor.invalid";
    private const string AllowOrigin = "Access-Control-Allow-Origin";
    private const string Remedy =
        "The service sets these headers itself: let the proxy pass OPTIONS on, and neither remove CORS headers nor add its own. Apps and cameras don't need them.";

    public string Name => "CORS";

    public async Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken)
    {
        if (visit.FirstAnswer is not { } first)
            return Finding.Skipped("no signaling service answered");

        foreach (var call in (string[])["/v1/device/connect", "/v1/client/connect", "/v1/ice-servers"])
        {
            var request = new HttpRequestMessage(HttpMethod.Options, visit.BaseUrl + call);
            request.Headers.Add("Origin", Origin);
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
            var answer = await visit.Caller.SendAsync(visit, request, cancellationToken);
            if (Problem(answer) is { } problem)
                return Finding.Failed($"browsers are refused: the preflight of {call} {problem}", Remedy);
        }

        return OriginProblem(first) is { } missing
            ? Finding.Failed($"browsers can't read errors: the answer {missing}", Remedy)
            : Finding.Ok("pages of any origin may call");
    }

    private static string? Problem(HttpAnswer answer)
    {
        if (answer.Status is not (HttpStatusCode.OK or HttpStatusCode.NoContent))
            return $"is answered {answer.Description}";
        if (OriginProblem(answer) is { } problem)
            return problem;
        var allowed = Values(answer, "Access-Control-Allow-Headers");
        var lacking = ((string[])["authorization", "content-type"]).Where(x => !allowed.Contains(x, StringComparer.OrdinalIgnoreCase)).ToList();
        // A * stands for every header but Authorization.
        return lacking.Count == 0 || (allowed.Contains("*") && !lacking.Contains("authorization")) ? null : $"does not allow the header {string.Join(", ", lacking)}";
    }

    private static string? OriginProblem(HttpAnswer answer) => Values(answer, AllowOrigin) switch
    {
        [] => $"has no {AllowOrigin}",
        ["*" or Origin] => null,
        [var other] => $"allows {Foreign.Text(other)} only",
        _ => $"has {AllowOrigin} more than once, which browsers refuse",
    };

    private static List<string> Values(HttpAnswer answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? [.. values.SelectMany(x => x.Split(',', StringSplitOptions.TrimEntries))] : [];
}
