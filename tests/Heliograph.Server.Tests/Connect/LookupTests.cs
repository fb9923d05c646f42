using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Connect;

/// <summary>Connect calls whose device has to be looked up, in a database that takes its time.</summary>
public sealed class LookupTests
{
    private readonly FakeLookups _lookups = new();

    [Fact]
    public async Task SlowLookups_ManyAtOnce_AreAllAnswered()
    {
        await using var service = await TestService.StartAsync(build: _lookups.AddTo);
        var product = await service.Api.CreateProductAsync();
        var devices = new List<DeviceAddress>();
        for (var i = 0; i < 64; i++)
            devices.Add(await service.Api.CreateDeviceAsync(product, new SigningKey()));
        // So slow is the database.
        _lookups.Before = () => Task.Delay(TimeSpan.FromSeconds(0.8));

        var answers = await Task.WhenAll(devices.Select(x => service.Api.ConnectClientAsync(x)));

        answers.ShouldAllBe(x => x.Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Lookups_ThatBlockTheirThreads_HoldUpNoKnownDevice()
    {
        await using var service = await TestService.StartAsync(build: _lookups.AddTo);
        var product = await service.Api.CreateProductAsync();
        var (known, other) = (await service.Api.CreateDeviceAsync(product, new SigningKey()), await service.Api.CreateDeviceAsync(product, new SigningKey()));
        (await service.Api.ConnectClientAsync(known)).Require(HttpStatusCode.OK);
        using var disk = new ManualResetEventSlim();
        var count = _lookups.Count;
        _lookups.Before = () =>
        {
            disk.Wait();
            return Task.CompletedTask;
        };
        var waiting = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => service.Api.ConnectClientAsync(other)).ToList();
        await Eventually.HoldsAsync("look-ups wait for the disk", () => _lookups.Count >= count + Math.Max(1, Environment.ProcessorCount - 1));

        try
        {
            (await service.Api.ConnectClientAsync(known)).Status.ShouldBe(HttpStatusCode.OK);
            waiting.ShouldAllBe(x => !x.IsCompleted);
        }
        finally
        {
            disk.Set();
        }

        foreach (var call in waiting)
            (await call).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Lookup_OfAManagementCall_IsRefusedWhereOthersTakeTooLong()
    {
        var gate = new TaskCompletionSource();
        _lookups.Before = () => gate.Task;
        await using var service = await TestService.StartAsync(build: _lookups.AddTo);
        var registry = service.Get<RegistryLookup>();
        var product = ProductId.Parse("wp-12345678");
        var reading = Enumerable.Range(0, RegistryLookup.MaxReads).Select(_ => registry.FindProductAsync(product, CancellationToken.None).AsTask()).ToList();
        await Eventually.HoldsAsync("all places are taken", () => _lookups.Count == RegistryLookup.MaxReads);

        var connect = registry.FindProductAsync(product, CancellationToken.None).AsTask();
        var refusal = await Should.ThrowAsync<ApiException>(() => registry.FindProductAsync(product, TimeSpan.FromMilliseconds(1), CancellationToken.None).AsTask());

        refusal.Status.ShouldBe(503);
        connect.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        (await Task.WhenAll([.. reading, connect])).ShouldAllBe(x => x == null);
    }

    [Fact]
    public async Task Flood_OfUnknownProducts_WithRegions_AsksTheDatabaseNoOftenerThanTheLimitAllows()
    {
        await using var service = await TestService.StartAsync(
            settings =>
            {
                (settings.RateLimits.PerAddress, settings.RateLimits.PerAddressBurst) = (1, 5);
                settings.Registry.Region = "eu";
                settings.Regions.Known.Add(new() { Name = "eu", Url = "http://127.0.0.1:1" });
            },
            build: _lookups.AddTo);
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(region: "eu"), new SigningKey());

        var before = _lookups.Count;
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => service.Api.ConnectClientAsync(new(ProductId.Parse($"wp-{i:d8}"), device.Device))));

        answers.ShouldAllBe(x => x.Status == HttpStatusCode.NotFound || x.Status == HttpStatusCode.TooManyRequests);
        var let = answers.Count(x => x.Status == HttpStatusCode.NotFound);
        let.ShouldBeLessThan(50);
        // Where the product lives, and once more what it is.
        (_lookups.Count - before).ShouldBeLessThanOrEqualTo(2 * let);
    }
}
