using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using App;
using Heliograph.Protocol;
using Heliograph.Sdk;

if (args is not [var backend, var user, var password, var deviceId])
{
    Console.Error.WriteLine("Usage: dotnet run --project App -- BACKEND_URL USER PASSWORD DEVICE");
    return 2;
}

using var http = new HttpClient { BaseAddress = new(backend) };
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
using var answer = await http.PostAsync($"/cameras/{deviceId}/token", content: null);
if (!answer.IsSuccessStatusCode)
{
    Console.Error.WriteLine($"The backend refused: {(int)answer.StatusCode}");
    return 1;
}

var access = (await answer.Content.ReadFromJsonAsync<ViewerAccess>())!;
await using var client = new SignalingClient(new()
{
    Endpoint = access.Endpoint,
    ProductId = access.ProductId,
    DeviceId = access.DeviceId,
    AccessToken = access.AccessToken,
    RequireOnline = true,
});
try
{
    await client.ConnectAsync();
    var transport = MessageTransport.ForClient(client, MessageSecurity.None());
    await foreach (var message in transport.ReadAllAsync().Take(3))
        Console.WriteLine(message is ApplicationMessage { Content: var content } ? content.GetProperty("text") : message);
    return 0;
}
catch (HeliographException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
