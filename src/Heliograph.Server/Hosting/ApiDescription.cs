using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Heliograph.Server.Hosting;

/// <summary>What the OpenAPI document says beyond what the calls say of themselves: who may call, and examples.</summary>
internal static class ApiDescription
{
    private static readonly string[] ManagementPaths = ["v1/webrtc", "v1/apikeys", "v1/audit-log", "v1/nodes"];

    public static void Configure(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new()
            {
                Title = "Heliograph",
                Version = "1",
                Description = "WebRTC signaling for cameras: the connect calls of devices and clients, and the management API.",
                License = new() { Name = "Apache-2.0", Identifier = "Apache-2.0" },
            };
            // The document is the same wherever it is read.
            document.Servers = [new() { Url = "/" }];
            document.Components ??= new();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                ["apiKey"] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key, with the scope read for GET and manage for all else.",
                },
                ["token"] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT", Description = "A token (ES256) of a device or client.",
                },
            };
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            ApiFields.Correct(schema, context.JsonTypeInfo.Type);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(async (operation, context, cancellationToken) =>
        {
            var path = context.Description.RelativePath ?? "";
            var scheme = ManagementPaths.Any(start => path.StartsWith(start, StringComparison.Ordinal)) ? "apiKey"
                : path.StartsWith("v1/", StringComparison.Ordinal) ? "token" : null;
            if (scheme is not null)
            {
                operation.Security = [new() { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] }];
                if (operation.OperationId is "connectClient" or "getIceServers")
                    operation.Security.Add([]);
            }

            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<BodyDescription>().FirstOrDefault() is { } body)
            {
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                    {
                        ["application/json"] = new()
                        {
                            Schema = await context.GetOrCreateSchemaAsync(body.Type, cancellationToken: cancellationToken),
                            Example = ApiExamples.RequestOf(operation.OperationId),
                        },
                    },
                };
            }

            operation.Parameters = ApiParameters.Of(operation.OperationId, path);
            foreach (var (status, response) in operation.Responses ?? [])
            {
                if (response is OpenApiResponse described && ApiParameters.HeadersOf(operation.OperationId, status) is { } headers)
                    described.Headers = headers;
                foreach (var content in response.Content?.Values ?? [])
                    content.Example = status == "200" ? ApiExamples.ResponseOf(operation.OperationId) : ApiExamples.ErrorOf(status);
                if (operation.OperationId == "exportAuditLog" && status == "200")
                    response.Content?.Add("text/csv", new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
            }
        });
    }
}
