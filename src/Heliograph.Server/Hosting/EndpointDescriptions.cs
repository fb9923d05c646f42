using Heliograph.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Server.Hosting;

/// <summary>What the OpenAPI document says of a call.</summary>
internal static class EndpointDescriptions
{
    private const string Json = "application/json";

    /// <summary>A call with a body and an answer.</summary>
    public static RouteHandlerBuilder Describe<TRequest, TResponse>(
        this RouteHandlerBuilder call, string name, string summary, string description) where TRequest : notnull =>
        call.Describe<TResponse>(name, summary, description).Takes<TRequest>();

    /// <summary>A call without a body, with an answer.</summary>
    public static RouteHandlerBuilder Describe<TResponse>(this RouteHandlerBuilder call, string name, string summary, string description) =>
        call.DescribeEmpty(name, summary, description).Produces<TResponse>(StatusCodes.Status200OK, Json);

    /// <summary>A call whose answer has no body.</summary>
    public static RouteHandlerBuilder DescribeEmpty(this RouteHandlerBuilder call, string name, string summary, string description) =>
        call.WithName(name).WithSummary(summary).WithDescription(description).ProducesError(401, 403, 404, 500, 503);

    /// <summary>A JSON body. Told to the document alone: a request with another Content-Type, or none, is read all the same.</summary>
    public static RouteHandlerBuilder Takes<TRequest>(this RouteHandlerBuilder call) where TRequest : notnull =>
        call.WithMetadata(new BodyDescription(typeof(TRequest))).ProducesError(400, 413);

    /// <summary>Error answers.</summary>
    public static RouteHandlerBuilder ProducesError(this RouteHandlerBuilder call, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
            call.Produces<ErrorBody>(status, Json);
        return call;
    }
}

/// <summary>The type of a call's JSON body.</summary>
internal sealed record BodyDescription(Type Type);
