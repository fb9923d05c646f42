using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Heliograph.Sdk;
using HostedCamera;

var builder = Host.CreateApplicationBuilder(args);
var settings = builder.Configuration.GetRequiredSection("Camera").Get<CameraSettings>()!;

builder.Services.AddSingleton(new DeviceTokenGenerator(settings.ProductId, settings.DeviceId, File.ReadAllText(settings.KeyFile)));
builder.Services.AddHeliographDevice<ClockHandler>(services => new()
{
    Endpoint = settings.Endpoint,
    ProductId = settings.ProductId,
    DeviceId = settings.DeviceId,
    Tokens = services.GetRequiredService<DeviceTokenGenerator>(),
    MaxChannels = 50,
});

await builder.Build().RunAsync();
