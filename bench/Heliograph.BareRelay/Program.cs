using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Heliograph.BareRelay;

// No arguments: plain. Two, a certificate and its key as PEM files: TLS.
var certificate = args is [var chain, var key] ? X509Certificate2.CreateFromPemFile(chain, key) : null;
var builder = WebApplication.CreateSlimBuilder();
builder.WebHost.UseKestrelHttpsConfiguration();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0, listen =>
{
    if (certificate is not null)
        listen.UseHttps(certificate);
}));

await using var app = builder.Build();
var pairs = new PairTable();

app.UseWebSockets();
app.Map("/pair/{id}/{side}", pairs.ServeAsync);
app.MapGet("/allocated", context =>
    context.Response.WriteAsync(GC.GetTotalAllocatedBytes(precise: false).ToString(CultureInfo.InvariantCulture)));

await app.StartAsync();
Console.WriteLine($"listening {app.Urls.First()}");
await app.WaitForShutdownAsync();
