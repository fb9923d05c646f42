using Backend;
using Heliograph.Sdk;

var builder = WebApplication.CreateBuilder(args);
var settings = builder.Configuration.GetRequiredSection("Backend").Get<BackendSettings>()!;
builder.Services.AddSingleton(new Accounts(settings.Accounts));
builder.Services.AddSingleton(new ClientTokenGenerator(settings.ProductId, File.ReadAllText(settings.ProductKeyFile)));
var app = builder.Build();

// The app asks here, and then connects with what it gets.
app.MapPost("/cameras/{deviceId}/token", (string deviceId, HttpRequest request, Accounts accounts, ClientTokenGenerator tokens) =>
{
    if (accounts.Find(request.Headers.Authorization) is not { } account)
        return Results.Unauthorized();
    if (!account.Cameras.Contains(deviceId))
        return Results.NotFound();
    var token = tokens.Generate(deviceId, lifetime: TimeSpan.FromMinutes(30));
    return Results.Ok(new ViewerAccess(settings.Endpoint, settings.ProductId, deviceId, token));
});

app.Run();
