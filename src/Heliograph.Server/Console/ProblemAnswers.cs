using Heliograph.Server.Hosting;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Console;

/// <summary>Shows what the console refuses as a page, where the API would answer in JSON.</summary>
internal static class ProblemAnswers
{
    public static async Task ShowAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: StatusCodes.Status404NotFound, ContentType: null })
                await WriteAsync(http, new(404, "", "There is no such page."));
            else if (http.Response is { HasStarted: false, StatusCode: StatusCodes.Status400BadRequest, ContentType: null })
                await WriteAsync(http, new(400, "", "The form is not of this session any more. Go back, reload the page and send it again."));
        }
        catch (ApiException refusal) when (!http.Response.HasStarted)
        {
            await WriteAsync(http, refusal);
        }
    }

    private static async Task WriteAsync(HttpContext http, ApiException refusal)
    {
        http.Response.StatusCode = refusal.Status;
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
