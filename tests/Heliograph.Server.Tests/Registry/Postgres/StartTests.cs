using Heliograph.Server.Registry;
using Heliograph.Testing;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Tests.Registry.Postgres;

/// <summary>Several nodes start at once on a database in which there is nothing yet.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task FourServices_OnAnEmptyDatabase_AllRunAndShareOneTicketKey()
    {
        var database = await (await PostgresFixture.ServerAsync()).CreateDatabaseAsync();
        using var key = new SigningKey();

        var services = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TestService.StartAsync(postgres: database)));

        try
        {
            await using (var db = await services[0].Get<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken))
                (await db.DataProtectionKeys.CountAsync(TestContext.Current.CancellationToken)).ShouldBe(1);
            var device = await services[0].Api.CreateDeviceAsync(await services[0].Api.CreateProductAsync(), key);
            foreach (var from in services)
            {
                var url = new Uri((await from.Api.ConnectDeviceAsync(device, key.DeviceToken(device))).Json.Text("signalingUrl")).PathAndQuery;
                foreach (var to in services)
                {
                    await using var peer = await TestPeer.OpenAsync(to.BaseUrl.Replace("http://", "ws://", StringComparison.Ordinal) + url);
                    await peer.DrainAsync();
                }
            }
        }
        finally
        {
            foreach (var service in services)
                await service.DisposeAsync();
        }
    }
}
