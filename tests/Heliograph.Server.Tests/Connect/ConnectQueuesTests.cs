using Heliograph.Protocol;
using Heliograph.Server.Connect;
using Heliograph.Server.Hosting;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Connect;

/// <summary>What callers see of the queues.</summary>
public class ConnectQueuesTests
{
    [Fact]
    public async Task Storm_IsAnsweredOrSentAwayButNeverTimedOut()
    {
        await using var service = await TestService.StartAsync();
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), new SigningKey());
        (await service.Api.ConnectClientAsync(device)).Require(System.Net.HttpStatusCode.OK);
        var queue = service.Get<ConnectQueues>().Kept;
        // Nobody leaves: whoever comes has to wait, until nobody more may.
        for (var i = 0; i < queue.AtOnce; i++)
            await queue.EnterAsync();
        var waiting = service.Api.ConnectClientAsync(device);
        await Eventually.HoldsAsync("the call waits", () => queue.Waiting == 1);
        while (true)
        {
            try
            {
                _ = queue.EnterAsync();
            }
            catch (ApiException)
            {
                break;
            }
        }

        var refused = await service.Api.ConnectClientAsync(device);
        refused.Status.ShouldBe((System.Net.HttpStatusCode)429);
        refused.Code.ShouldBe(ErrorCodes.TooManyRequests);
        waiting.IsCompleted.ShouldBeFalse();

        queue.Leave();
        (await waiting).Status.ShouldBe(System.Net.HttpStatusCode.OK);
    }

    [Fact]
    public async Task LookUps_ThatTakeAllTurnsOfTheirs_HoldUpNoneThatNeedsNoDatabase()
    {
        await using var service = await TestService.StartAsync();
        var product = await service.Api.CreateProductAsync();
        var (kept, other) = (await service.Api.CreateDeviceAsync(product, new SigningKey()), await service.Api.CreateDeviceAsync(product, new SigningKey()));
        (await service.Api.ConnectClientAsync(kept)).Require(System.Net.HttpStatusCode.OK);
        var lookUps = service.Get<ConnectQueues>().LookUps;
        // As while a database hangs: nobody leaves.
        for (var i = 0; i < lookUps.AtOnce; i++)
            await lookUps.EnterAsync();
        var waiting = service.Api.ConnectClientAsync(other);
        await Eventually.HoldsAsync("the look-up waits", () => lookUps.Waiting == 1);

        (await service.Api.ConnectClientAsync(kept)).Status.ShouldBe(System.Net.HttpStatusCode.OK);
        foreach (var refused in (string[])["{", "{}"])
            (await service.Api.SendAsync(HttpMethod.Post, "/v1/client/connect", ApiClient.Json(refused))).Status.ShouldBe(System.Net.HttpStatusCode.BadRequest);
        waiting.IsCompleted.ShouldBeFalse();

        lookUps.Leave();
        (await waiting).Status.ShouldBe(System.Net.HttpStatusCode.OK);
    }

    [Fact]
    public async Task Calls_WhoseBodiesComeSlowly_HoldNoTurn()
    {
        await using var service = await TestService.StartAsync();
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), new SigningKey());
        var slow = new List<RawConnection>();
        for (var i = 0; i < service.Get<ConnectQueues>().Kept.AtOnce; i++)
        {
            slow.Add(await RawConnection.ConnectAsync(service.BaseUrl));
            // So much of it that the web server has patience for a minute.
            await slow[i].SendAsync($"POST /v1/client/connect HTTP/1.1\r\nHost: {new Uri(service.BaseUrl).Authority}\r\nContent-Type: application/json\r\n"
                + $"Content-Length: {ConnectCall.MaxBody}\r\n\r\n{new string(' ', ConnectCall.MaxBody - 1)}");
        }

        for (var i = 0; i < 10; i++)
            (await service.Api.ConnectClientAsync(device)).Status.ShouldBe(System.Net.HttpStatusCode.OK);

        foreach (var connection in slow)
        {
            await connection.SendAsync(" ");
            (await connection.ReadAnswerAsync())!.Status.ShouldBe(400);
            await connection.DisposeAsync();
        }
    }
}
