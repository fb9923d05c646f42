using System.Globalization;
using Heliograph.Protocol;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Heliograph.Server.Hosting;

/// <summary>Writes every error answer in the protocol's form, for those thrown and for those that the framework gives by itself.</summary>
internal sealed partial class ErrorAnswers(RequestDelegate next, ILogger<ErrorAnswers> logger)
{
    private const string Challenge = "Bearer";

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            if (!http.Response.HasStarted && http.Response is { StatusCode: >= 400, ContentLength: null, ContentType: null })
                await WriteAsync(http, OfStatus(http));
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there any more to be answered.
        }
        catch (Exception error) when (!http.Response.HasStarted)
        {
            Log(http, logger, error);
            await WriteAsync(http, Of(error));
        }
    }

    private static ApiException OfStatus(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new(404, ErrorCodes.NotFound, "There is nothing at this address."),
        StatusCodes.Status405MethodNotAllowed => new(405, ErrorCodes.MethodNotAllowed, $"{http.Request.Method} is not allowed here."),
        var status => new(status, ErrorCodes.BadRequest, "The request can't be answered."),
    };

    /// <summary>The answer to what a call threw.</summary>
    public static ApiException Of(Exception error) => error switch
    {
        ApiException refusal => refusal,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new(413, ErrorCodes.PayloadTooLarge, "The body is larger than this call takes."),
        BadHttpRequestException bad => new(bad.StatusCode, ErrorCodes.BadRequest, "The request is malformed."),
        _ when RegistryErrors.IsOfDatabase(error) => ApiException.Unavailable("The registry can't be reached.", TimeSpan.FromSeconds(5)),
        _ => new(500, ErrorCodes.InternalError, "The service failed; the operator's log says why."),
    };

    /// <summary>Tells the operator of what is not the caller's fault.</summary>
    public static void Log(HttpContext http, ILogger logger, Exception error) =>
        Log(http.RequestServices.GetRequiredService<RegistryHealth>(), logger, error);

    /// <inheritdoc cref="Log(HttpContext, ILogger, Exception)"/>
    public static void Log(RegistryHealth health, ILogger logger, Exception error)
    {
        if (error is ApiException or BadHttpRequestException)
            return;
        if (RegistryErrors.IsOfDatabase(error))
            health.Failed(error);
        else
            LogUnexpected(logger, error);
    }

    /// <summary>Says when to try again, where the error knows.</summary>
    public static void AddRetryAfter(HttpContext http, ApiException error)
    {
        if (error.RetryAfter is { } retryAfter)
            http.Response.Headers.RetryAfter = Seconds(retryAfter);
    }

    /// <summary>The header lines of an answer that is written beside HTTP, each with its end.</summary>
    public static string HeadersOf(ApiException error)
    {
        var retryAfter = error.RetryAfter is { } time ? $"{HeaderNames.RetryAfter}: {Seconds(time)}\r\n" : "";
        return error.Status == StatusCodes.Status401Unauthorized ? $"{retryAfter}{HeaderNames.WWWAuthenticate}: {Challenge}\r\n" : retryAfter;
    }

    private static string Seconds(TimeSpan time) => Math.Max(1, (long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private static async Task WriteAsync(HttpContext http, ApiException error)
    {
        http.Response.StatusCode = error.Status;
        AddRetryAfter(http, error);
        if (error.Status == StatusCodes.Status401Unauthorized)
            http.Response.Headers.WWWAuthenticate = Challenge;
        await http.Response.WriteAsJsonAsync(new ErrorBody(error.Message, error.Code), ProtocolJson.Wire.ErrorBody);
    }

    [LoggerMessage(LogLevel.Error, "A request failed unexpectedly")]
    private static partial void LogUnexpected(ILogger logger, Exception error);
}
