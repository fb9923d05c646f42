using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;
using Microsoft.AspNetCore.Routing;

namespace Heliograph.Server.Tests.Management;

/// <summary>The OpenAPI document is complete, and true of what the service answers.</summary>
public sealed class OpenApiTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    private static readonly string[] OpenIds = ["connectClient", "getIceServers"];

    [Fact]
    public async Task Document_HasEveryEndpointOfV1()
    {
        var document = await DocumentAsync();
        var mapped = fixture.Service.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(x => x.RoutePattern.RawText!.TrimStart('/').StartsWith("v1/", StringComparison.Ordinal))
            .Where(x => !x.RoutePattern.RawText!.Contains("/signaling/", StringComparison.Ordinal))
            .SelectMany(x => x.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods, (x, method) => $"{method} /{x.RoutePattern.RawText!.Trim('/')}")
            .ToList();

        mapped.Count.ShouldBeGreaterThan(20);
        OperationsOf(document).Where(x => x.Path.StartsWith("/v1/", StringComparison.Ordinal)).Select(x => $"{x.Method} {x.Path.TrimEnd('/')}")
            .ShouldBe(mapped, ignoreOrder: true);
        OperationsOf(document).Select(x => x.Path).ShouldContain("/health/live");
        OperationsOf(document).Select(x => x.Path).ShouldContain("/health/ready");
        OperationsOf(document).Select(x => x.Path).ShouldContain("/metrics");
    }

    [Fact]
    public async Task Document_DescribesEachCallInFull()
    {
        var document = await DocumentAsync();
        var problems = new List<string>();
        foreach (var (method, path, operation) in OperationsOf(document).Where(x => x.Path.StartsWith("/v1/", StringComparison.Ordinal)))
        {
            var where = $"{method} {path}";
            Require(operation["operationId"] is not null && operation["summary"]?.GetValue<string>() is { Length: > 0 }, $"{where}: no operationId or summary");
            Require(operation["security"] is JsonArray { Count: > 0 }, $"{where}: does not say who may call");
            Require(operation["security"]!.AsArray().Any(x => x!.AsObject().Count == 0) == OpenIds.Contains(operation.Text("operationId")), $"{where}: says wrongly whether a token is needed");
            Require((operation["requestBody"] is not null) == (method == "POST"), $"{where}: body");
            foreach (var status in (string[])["401", "403", "404", "500", "503"])
                Require(operation["responses"]![status] is not null, $"{where}: lacks {status}");
            if (method == "POST")
                Require(operation["responses"]!["400"] is not null && operation["responses"]!["413"] is not null, $"{where}: lacks 400 or 413");
            if (operation["tags"]![0]!.GetValue<string>() == "Connect")
                Require(operation["responses"]!["429"] is not null, $"{where}: lacks 429");

            var parameters = operation["parameters"]?.AsArray() ?? [];
            foreach (var name in path.Split('/').Where(x => x.StartsWith('{')).Select(x => x.Trim('{', '}')))
            {
                Require(
                    parameters.Any(x => x!.Text("name") == name && x!.Text("in") == "path" && x!["required"]?.GetValue<bool>() == true && x!["schema"] is not null),
                    $"{where}: path parameter {name} is not described");
            }
        }

        foreach (var (_, path, operation) in OperationsOf(document))
        {
            foreach (var (status, response) in operation["responses"]!.AsObject())
                Require(status == "204" || response!["content"]?.AsObject().All(x => x.Value!["schema"] is not null) == true, $"{path}: the body of {status} is not described");
        }

        problems.ShouldBeEmpty();

        void Require(bool holds, string problem)
        {
            if (!holds)
                problems.Add(problem);
        }
    }

    [Fact]
    public async Task Document_DescribesPaging()
    {
        var list = OperationsOf(await DocumentAsync()).Single(x => x.Operation.Text("operationId") == "listDevices").Operation;

        list["parameters"]!.AsArray().Where(x => x!.Text("in") == "query").Select(x => x!.Text("name")).ShouldBe(["limit", "cursor"]);
        list["responses"]!["200"]!["headers"]!["Link"].ShouldNotBeNull();
        list["responses"]!["400"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Document_TellsOfRetryAfter()
    {
        foreach (var (_, path, operation) in OperationsOf(await DocumentAsync()))
        {
            foreach (var status in (string[])["429", "503"])
            {
                if (path.StartsWith("/v1/", StringComparison.Ordinal) && operation["responses"]![status] is { } response)
                    (response["headers"]?["Retry-After"]).ShouldNotBeNull($"{path} {status}");
            }
        }
    }

    [Fact]
    public async Task Examples_ConformToTheirSchemas()
    {
        var document = await DocumentAsync();
        var schemas = new OpenApiSchema(document);
        var problems = new List<string>();
        foreach (var (method, path, operation) in OperationsOf(document).Where(x => x.Path.StartsWith("/v1/", StringComparison.Ordinal)))
        {
            var contents = operation["responses"]!.AsObject().Select(x => (x.Key, x.Value!["content"])).Append(("body", operation["requestBody"]?["content"]));
            foreach (var (where, content) in contents.Where(x => x.Item2 is not null))
            {
                var media = content!["application/json"].ShouldNotBeNull();
                if (media["example"] is not { } example)
                    problems.Add($"{method} {path} {where}: no example");
                else
                    problems.AddRange(schemas.Problems(example, media["schema"].ShouldNotBeNull()).Select(x => $"{method} {path} {where}: {x}"));
            }
        }

        problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Examples_OfKeysAreRealOnes()
    {
        var document = await DocumentAsync();
        var example = OperationsOf(document).Single(x => x.Operation.Text("operationId") == "addDeviceKey").Operation;
        var device = await fixture.CreateDeviceAsync();

        var answer = await fixture.Api.ManageAsync(
            HttpMethod.Post, $"{Paths.Of(device)}/publickeys", example["requestBody"]!["content"]!["application/json"]!["example"]);

        var shown = example["responses"]!["200"]!["content"]!["application/json"]!["example"]!["publicKeys"]![0]!;
        answer.Require(HttpStatusCode.OK)["publicKeys"]!.AsArray().Select(x => (x!.Text("id"), x!.Text("key"))).ShouldContain((shown.Text("id"), shown.Text("key")));
    }

    [Fact]
    public async Task Requests_TheirFieldsThatMustBeThere_AreRequired()
    {
        var document = await DocumentAsync();
        var schemas = new OpenApiSchema(document);
        foreach (var (id, body) in ((string, string)[])
            [("connectDevice", """{"productId":"x"}"""), ("connectClient", """{"deviceId":"x"}"""), ("getIceServers", """{"productId":"x","deviceId":null}"""),
             ("createProduct", """{"name":"x"}"""), ("addProductKey", "{}"), ("addDeviceKey", """{"publicKey":null}"""), ("createDeviceBatch", "{}"),
             ("createCustomDevices", "{}"), ("addDeviceKeys", """[{"deviceId":"x"}]"""), ("createApiKey", "{}"), ("modifyProduct", """{"tags":{"a":1}}""")])
        {
            var operation = OperationsOf(document).Single(x => x.Operation.Text("operationId") == id).Operation;
            var schema = operation["requestBody"]!["content"]!["application/json"]!["schema"]!;

            schemas.Problems(JsonNode.Parse(body), schema).ShouldNotBeEmpty($"{id} takes no {body}");
        }
    }

    [Fact]
    public async Task Answers_ConformToTheirSchemas()
    {
        var document = await DocumentAsync();
        var schemas = new OpenApiSchema(document);
        var calls = await new OpenApiJourney(fixture).RunAsync();
        var problems = new List<string>();
        foreach (var (id, answer) in calls)
        {
            var responses = OperationsOf(document).Single(x => x.Operation.Text("operationId") == id).Operation["responses"]!;
            if (responses[((int)answer.Status).ToString()] is not { } response)
                problems.Add($"{id}: {answer.Status} is not described");
            else if (response["content"]?["application/json"]?["schema"] is { } schema)
                problems.AddRange(schemas.Problems(answer.Json, schema).Select(x => $"{id} {answer.Status}: {x}"));
            else if (answer.Body.Length > 0)
                problems.Add($"{id} {answer.Status}: its body is not described");
        }

        problems.ShouldBeEmpty();
        calls.Where(x => (int)x.Answer.Status < 300).Select(x => x.Id).Distinct().ShouldBe(
            OperationsOf(document).Where(x => x.Path.StartsWith("/v1/", StringComparison.Ordinal)).Select(x => x.Operation.Text("operationId")), ignoreOrder: true);
    }

    private static IEnumerable<(string Method, string Path, JsonNode Operation)> OperationsOf(JsonNode document) =>
        document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject(), (path, call) => (call.Key.ToUpperInvariant(), path.Key, call.Value!));

    private async Task<JsonNode> DocumentAsync()
    {
        var answer = await fixture.Api.SendAsync(HttpMethod.Get, "/openapi/v1.json");
        answer.ContentType.ShouldBe("application/json");
        return answer.Require(HttpStatusCode.OK);
    }
}
