using System.Net;
using System.Text.RegularExpressions;

namespace Heliograph.Server.Tests.Console;

/// <summary>Looks at the console as a browser without scripts does: pages, forms and cookies over HTTP.</summary>
internal sealed partial class ConsoleVisitor : IDisposable
{
    private readonly HttpClient _http;

    private ConsoleVisitor(string baseUrl)
    {
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new() }) { BaseAddress = new(baseUrl), Timeout = TimeSpan.FromMinutes(5) };
        // As a browser does that goes to a page.
        _http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
    }

    /// <summary>Signs in with an API key.</summary>
    public static async Task<ConsoleVisitor> SignInAsync(TestService service, string? apiKey = null)
    {
        var visitor = new ConsoleVisitor(service.BaseUrl);
        var answer = await visitor.SubmitAsync("/console/sign-in", "sign-in", new Dictionary<string, string> { ["Key"] = apiKey ?? service.Api.ApiKey });
        answer.Status.ShouldBe(HttpStatusCode.Redirect, answer.Html);
        return visitor;
    }

    public async Task<PageAnswer> GetAsync(string path)
    {
        using var response = await _http.GetAsync(path);
        return await PageAnswer.ReadAsync(response);
    }

    /// <summary>Fills in a form of a page and sends it.</summary>
    /// <param name="path">The page.</param>
    /// <param name="form">The form's name.</param>
    /// <param name="fields">What is filled in.</param>
    /// <param name="tokenFrom">The page that the antiforgery token is taken from; the same where null.</param>
    public async Task<PageAnswer> SubmitAsync(string path, string form, Dictionary<string, string> fields, string? tokenFrom = null)
    {
        using var body = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            body.Add(new StringContent(value), name);
        return await SubmitAsync(path, form, body, tokenFrom);
    }

    /// <inheritdoc cref="SubmitAsync(string, string, Dictionary{string, string}, string?)"/>
    public async Task<PageAnswer> SubmitAsync(string path, string form, MultipartFormDataContent body, string? tokenFrom = null)
    {
        var page = await GetAsync(tokenFrom ?? path);
        var token = AntiforgeryToken().Match(page.Html);
        token.Success.ShouldBeTrue($"{tokenFrom ?? path} has no form: {page.Status} {page.Html}");
        body.Add(new StringContent(token.Groups["token"].Value), "__RequestVerificationToken");
        body.Add(new StringContent(form), "_handler");
        using var response = await _http.PostAsync(path, body);
        return await PageAnswer.ReadAsync(response);
    }

    /// <summary>Follows a stream of events.</summary>
    public async Task<EventReader> FollowAsync(string path) =>
        new(await _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead));

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex AntiforgeryToken();
}

/// <summary>An answer of the console.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Html">Its body.</param>
/// <param name="Location">Where it leads on to.</param>
/// <param name="ContentType">Its type.</param>
internal sealed partial record PageAnswer(HttpStatusCode Status, string Html, string? Location, string? ContentType)
{
    /// <summary>What a person reads of it: without markup, white space as one blank.</summary>
    public string Text => WhiteSpace().Replace(WebUtility.HtmlDecode(Tag().Replace(Html, " ")), " ");

    /// <summary>Where the link with this text leads; null where there is none.</summary>
    public string? LinkTo(string text) =>
        Link().Matches(Html).Where(x => x.Groups["text"].Value.Trim() == text).Select(x => WebUtility.HtmlDecode(x.Groups["href"].Value)).FirstOrDefault();

    public static async Task<PageAnswer> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode,
        await response.Content.ReadAsStringAsync(),
        response.Headers.Location?.OriginalString,
        response.Content.Headers.ContentType?.ToString());

    [GeneratedRegex("<a [^>]*href=\"(?<href>[^\"]*)\"[^>]*>(?<text>[^<]*)</a>", RegexOptions.None, 1000)]
    private static partial Regex Link();

    [GeneratedRegex("<[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex WhiteSpace();
}
