using System.Net;
using System.Text.RegularExpressions;

namespace Heliograph.Server.Tests.Console;

/// <summary>Visits the console over plain HTTP, as a browser without scripts does, with its cookies in sight.</summary>
internal sealed partial class ConsoleVisit : IDisposable
{
    private readonly HttpClient _http;

    public ConsoleVisit(TestService service)
        : this(service.BaseUrl)
    {
    }

    public ConsoleVisit(string baseUrl, HttpMessageHandler? handler = null)
    {
        _http = new(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new(baseUrl), Timeout = TimeSpan.FromMinutes(5) };
        Headers["Accept"] = "text/html";
    }

    /// <summary>Sent along with each request.</summary>
    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The cookies that the browser has.</summary>
    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    /// <summary>The Set-Cookie lines of the last answer.</summary>
    public IReadOnlyList<string> SetCookies { get; private set; } = [];

    public string? Session => Cookies.GetValueOrDefault("heliograph-session");

    /// <summary>A visit of somebody who is signed in.</summary>
    public static async Task<ConsoleVisit> OfAsync(TestService service, string? apiKey = null)
    {
        var visit = new ConsoleVisit(service);
        (await visit.SignInAsync(apiKey ?? service.Api.ApiKey)).Status.ShouldBe(HttpStatusCode.Redirect);
        return visit;
    }

    public Task<Page> SignInAsync(string apiKey, string path = "/console/sign-in") => SubmitAsync(path, "sign-in", new() { ["Key"] = apiKey });

    public Task<Page> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    /// <summary>Opens a page, fills in one of its forms and sends it.</summary>
    public async Task<Page> SubmitAsync(string path, string form, Dictionary<string, string> fields) =>
        await PostAsync(path, new(fields) { ["_handler"] = form, ["__RequestVerificationToken"] = (await GetAsync(path)).Token });

    /// <summary>Posts by hand.</summary>
    public Task<Page> PostAsync(string path, Dictionary<string, string> fields) => SendAsync(HttpMethod.Post, path, new FormUrlEncodedContent(fields));

    public async Task<Page> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (Cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(x => $"{x.Key}={x.Value}")));
        using var response = await _http.SendAsync(request);
        SetCookies = response.Headers.TryGetValues("Set-Cookie", out var lines) ? [.. lines] : [];
        foreach (var match in SetCookies.Select(line => Cookie().Match(line)))
        {
            if (match.Groups["value"].Length == 0)
                Cookies.Remove(match.Groups["name"].Value);
            else
                Cookies[match.Groups["name"].Value] = match.Groups["value"].Value;
        }

        return new(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers.Location?.ToString().Replace(_http.BaseAddress!.GetLeftPart(UriPartial.Authority), "", StringComparison.Ordinal),
            response.Headers.Concat(response.Content.Headers).ToDictionary(x => x.Key, x => string.Join(", ", x.Value), StringComparer.OrdinalIgnoreCase));
    }

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("^(?<name>[^=]+)=(?<value>[^;]*)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Cookie();

    /// <summary>An answer.</summary>
    /// <param name="Status">Its status.</param>
    /// <param name="Body">The document.</param>
    /// <param name="Location">Where it leads to; without the service's own address.</param>
    /// <param name="Headers">All its headers.</param>
    internal sealed partial record Page(HttpStatusCode Status, string Body, string? Location, Dictionary<string, string> Headers)
    {
        /// <summary>The antiforgery token of its forms.</summary>
        public string Token => TokenField().Match(Body) is { Success: true } match
            ? match.Groups["token"].Value
            : throw new InvalidOperationException($"There is no form in this answer ({Status}, to {Location}): {Body}");

        /// <summary>What it says in red, decoded.</summary>
        public string? Problem => ProblemText().Match(Body) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups["text"].Value) : null;

        [GeneratedRegex("""name="__RequestVerificationToken" value="(?<token>[^"]+)""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
        private static partial Regex TokenField();

        [GeneratedRegex("""role="alert">(?<text>[^<]*)<""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
        private static partial Regex ProblemText();
    }
}
