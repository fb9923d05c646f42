using System.Globalization;
using System.Net;
using Heliograph.BareRelay;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));

await using var app = builder.Build();
var pairs = new PairTable();

app.UseWebSockets();
app.Map("/pair/{id}/{side}", pairs.ServeAsync);
app.MapGet("/allocated", context =>
    context.Response.WriteAsync(GC.GetTotalAllocatedBytes(precise: false).ToString(CultureInfo.InvariantCulture)));

await app.StartAsync();
Console.WriteLine($"listening {app.Urls.First()}");
await app.WaitForShutdownAsync();
