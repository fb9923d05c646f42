using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Program.Tests;

/// <summary>Something that listens for HTTP, answers what a test wants, and remembers what it was asked.</summary>
internal sealed class FakeService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<RecordedRequest> _requests = [];

    private FakeService(WebApplication app) => _app = app;

    /// <summary>An answer.</summary>
    /// <param name="Status">The status.</param>
    /// <param name="Body">The body.</param>
    /// <param name="ContentType">The body's kind.</param>
    /// <param name="Headers">More headers.</param>
    public sealed record Answer(int Status, string Body, string ContentType, params (string Name, string Value)[] Headers);

    public sealed record RecordedRequest(string Method, string Target, string? Authorization, string Body);

    public string Url => _app.Urls.Single();

    public IReadOnlyCollection<RecordedRequest> Requests => _requests;

    public static async Task<FakeService> StartAsync(Func<RecordedRequest, Answer> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var service = new FakeService(builder.Build());
        service._app.Run(http => service.AnswerAsync(http, answer));
        await service._app.StartAsync();
        return service;
    }

    public static Answer Json(int status, string body, params (string, string)[] headers) => new(status, body, "application/json", headers);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http, Func<RecordedRequest, Answer> answer)
    {
        using var reader = new StreamReader(http.Request.Body);
        var request = new RecordedRequest(
            http.Request.Method, $"{http.Request.Path}{http.Request.QueryString}", http.Request.Headers.Authorization, await reader.ReadToEndAsync());
        _requests.Enqueue(request);
        var (status, body, contentType, headers) = answer(request);
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        foreach (var (name, value) in headers)
            http.Response.Headers[name] = value;
        await http.Response.WriteAsync(body);
    }
}
