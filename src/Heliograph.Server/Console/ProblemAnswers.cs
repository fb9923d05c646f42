using Heliograph.Server.Hosting;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Console;

/// <summary>Shows people as a page what the console refuses and what fails. Scripts get the API's JSON, from whoever is further out.</summary>
internal sealed class ProblemAnswers(RequestDelegate next, ILogger<ProblemAnswers> logger)
{
    public const string StaleForm = "The form is not of this session any more. Open the page anew and fill it in again.";

    /// <summary>Whether a person waits for the answer: a browser that goes to a page says so, a script does not.</summary>
    public static bool WantsPage(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public async Task InvokeAsync(HttpContext http)
    {
        if (!WantsPage(http.Request))
        {
            await next(http);
            return;
        }

        try
        {
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
                await WriteAsync(http, OfStatus(http.Response.StatusCode));
        }
        catch (Exception error) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            ErrorAnswers.Log(http, logger, error);
            await WriteAsync(http, ErrorAnswers.Of(error));
        }
    }

    private static ApiException OfStatus(int status) => new(status, "", status switch
    {
        StatusCodes.Status400BadRequest => StaleForm,
        StatusCodes.Status404NotFound => "There is no such page.",
        _ => "The request can't be answered.",
    });

    private static async Task WriteAsync(HttpContext http, ApiException refusal)
    {
        http.Response.StatusCode = refusal.Status;
        ErrorAnswers.AddRetryAfter(http, refusal);
        // The page that this stands for may have been rendered in part: its header is taken back, and its services serve one rendering only.
        http.Response.Headers.Remove("blazor-enhanced-nav");
        var services = http.RequestServices;
        await using var scope = services.CreateAsyncScope();
        http.RequestServices = scope.ServiceProvider;
        try
        {
            await Page(refusal).ExecuteAsync(http);
        }
        finally
        {
            http.RequestServices = services;
        }
    }

    private static RazorComponentResult<ConsoleApp> Page(ApiException refusal) => new(new Dictionary<string, object?>
    {
        [nameof(ConsoleApp.Instead)] = (RenderFragment)(builder =>
        {
            builder.OpenComponent<ProblemPage>(0);
            builder.AddComponentParameter(1, nameof(ProblemPage.Status), refusal.Status);
            builder.AddComponentParameter(2, nameof(ProblemPage.Message), refusal.Message);
            builder.CloseComponent();
        }),
    });
}
