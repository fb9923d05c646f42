using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Server.Registry;
using Heliograph.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Registry;

/// <summary>What entries of the audit log say, whose they are, and how long they stay.</summary>
public class AuditLogTests
{
    private static readonly Actor Operator = new("or-operator", "key:k3v9x2m4q8a1", "CI", "console", "192.0.2.7");

    [Fact]
    public async Task Modify_SaysWhatChangedOfNameAndTags()
    {
        await using var service = await TestService.StartAsync();
        var products = service.Get<ProductStore>();
        var tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "1", ["b"] = "2", ["c"] = "3" };
        var id = ProductId.Parse((await products.CreateAsync(Operator, "local", "Garden", tags, default)).ProductId);

        var newTags = new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "1", ["b"] = "changed", ["d"] = "4" };
        await products.ModifyAsync(Operator, id, new() { Name = null, Tags = newTags }, default);

        (await NewestAsync(service)).Detail.ShouldBe("name: Garden → none; tags added: d; tags changed: b; tags removed: c");
    }

    [Fact]
    public async Task Change_ThatChangesNothing_IsNotInTheLog()
    {
        using var key = new SigningKey();
        await using var service = await TestService.StartAsync();
        var product = await service.Api.CreateProductAsync("Garden");
        var device = await service.Api.CreateDeviceAsync(product, key);
        await service.Api.AddProductKeyAsync(product, key);
        var apiKey = (await service.Get<ApiKeyStore>().CreateAsync(Operator, "or-operator", null, ["read"], null, default)).ApiKey;
        await service.Get<ApiKeyStore>().RevokeAsync(Operator, null, apiKey.Id, default);
        var before = await NewestAsync(service);

        await service.Get<ProductStore>().ModifyAsync(Operator, product, new() { Name = "Garden", Tags = new Dictionary<string, string>(StringComparer.Ordinal) }, default);
        await service.Get<DeviceStore>().ModifyAsync(Operator, device, new(), default);
        await service.Api.AddProductKeyAsync(product, key);
        await service.Api.AddDeviceKeyAsync(device, key);
        await service.Get<ApiKeyStore>().RevokeAsync(Operator, null, apiKey.Id, default);

        (await NewestAsync(service)).ShouldBe(before);
    }

    [Fact]
    public async Task Batch_IsOneEntryWithItsCount()
    {
        await using var service = await TestService.StartAsync();
        var product = await service.Api.CreateProductAsync();

        await service.Get<DeviceStore>().CreateBatchAsync(Operator, product, 1500, null, default);

        var entry = await NewestAsync(service);
        entry.Subject.ShouldBe(new(product.Value));
        entry.Detail!.ShouldMatch(@"^batch 1: 1,500 devices: (wd-[a-z0-9]{16}, ){3}…$");
    }

    [Fact]
    public async Task DeleteProduct_SaysWhatWentWithIt()
    {
        using var key = new SigningKey();
        await using var service = await TestService.StartAsync();
        var product = await service.Api.CreateProductAsync("Garden");
        await service.Api.CreateDeviceAsync(product, key);

        await service.Get<ProductStore>().DeleteAsync(Operator, product, default);

        var entry = await NewestAsync(service);
        (entry.Subject, entry.Detail).ShouldBe((new AuditSubject(product.Value), "name: Garden; with 1 device"));
    }

    [Fact]
    public async Task ApiKeyForAnotherOrganization_IsInTheLogsOfBothAndTheOperatorsAddressInItsOwnAlone()
    {
        await using var service = await TestService.StartAsync();

        var key = await service.Get<ApiKeyStore>().CreateAsync(Operator, "or-acme", "Acme", ["read"], null, default);

        var own = await NewestAsync(service);
        var theirs = await NewestAsync(service, "or-acme");
        (own.Subject.ApiKeyId, own.Actor.Address, own.Detail).ShouldBe((key.ApiKey.Id, "192.0.2.7", "name: Acme; scopes: read; of organization or-acme"));
        (theirs.Subject.ApiKeyId, theirs.Actor.Address, theirs.Detail).ShouldBe((key.ApiKey.Id, null, "name: Acme; scopes: read"));
        theirs.Actor.Id.ShouldBe(Operator.Id);
    }

    [Fact]
    public async Task Record_ForOthers_KeepsWhatTheySayAndRefusesWordsOfTheirOwn()
    {
        await using var service = await TestService.StartAsync();
        var audit = service.Get<AuditLog>();

        await audit.RecordAsync(Operator, AuditAction.SessionStart, new(), "with an API key", default);

        var entry = await NewestAsync(service);
        (entry.Action, entry.Detail, entry.Actor.Via).ShouldBe(("session.start", "with an API key", "console"));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => audit.RecordAsync(Operator, "coffee.make", new(), null, default));
    }

    [Fact]
    public async Task Log_HasNoSecretOrKeyInIt()
    {
        using var key = new SigningKey();
        await using var service = await TestService.StartAsync();
        var product = await service.Api.CreateProductAsync();
        await service.Api.AddProductKeyAsync(product, key);
        await service.Api.CreateDeviceAsync(product, key);
        var secret = await service.Api.CreateApiKeyAsync("or-operator");

        var entries = (await service.Get<AuditLog>().ListAsync("or-operator", new(), null, 1000, default)).Entries;

        var text = string.Join('\n', entries);
        text.ShouldNotContain(secret[^52..]);
        text.ShouldNotContain("PUBLIC KEY");
        text.ShouldNotContain(service.Api.ApiKey[^52..]);
    }

    [Fact]
    public async Task Start_PrunesWhatIsOlderThanTheRetention()
    {
        var clock = new FakeTimeProvider();
        var first = await TestService.StartAsync(settings => settings.Registry.AuditRetention = TimeSpan.FromDays(10), build: UseClock);
        await first.Get<AuditLog>().RecordAsync(Operator, AuditAction.SessionStart, new(), "old", default);
        clock.Advance(TimeSpan.FromDays(9));
        await first.Get<AuditLog>().RecordAsync(Operator, AuditAction.SessionStart, new(), "young", default);
        clock.Advance(TimeSpan.FromDays(2));

        await using var second = await first.RestartAsync(settings => settings.Registry.AuditRetention = TimeSpan.FromDays(10), UseClock);

        await Eventually.HoldsAsync("the old entry goes", async () =>
        {
            var (entries, _) = await second.Get<AuditLog>().ListAsync("or-operator", new() { Action = "session" }, null, 10, default);
            return entries is [{ Detail: "young" }] ? null : string.Join(", ", entries.Select(x => x.Detail));
        });

        void UseClock(Microsoft.AspNetCore.Builder.WebApplicationBuilder builder) => builder.Services.AddSingleton<TimeProvider>(clock);
    }

    [Fact]
    public async Task Revocations_OfLongAgo_ArePruned()
    {
        var clock = new FakeTimeProvider();
        await using var service = await TestService.StartAsync(settings => settings.Registry.AuditRetention = TimeSpan.Zero, build: UseClock);
        using var visit = await Console.ConsoleVisit.OfAsync(service);
        await visit.PostAsync("/console/sign-out", new() { ["__RequestVerificationToken"] = (await visit.GetAsync("/console/products")).Token });
        var revocations = service.Get<Revocations>();
        var rows = service.Get<IDbContextFactory<RegistryDbContext>>();
        (await CountAsync()).ShouldBe(1);

        await revocations.PruneAsync(default);
        (await CountAsync()).ShouldBe(1);
        clock.Advance(Revocations.LongestTicketLifetime + TimeSpan.FromMinutes(1));
        await revocations.PruneAsync(default);

        (await CountAsync()).ShouldBe(0);

        async Task<int> CountAsync()
        {
            await using var db = await rows.CreateDbContextAsync();
            return await db.Revocations.CountAsync();
        }

        void UseClock(Microsoft.AspNetCore.Builder.WebApplicationBuilder builder) => builder.Services.AddSingleton<TimeProvider>(clock);
    }

    private static async Task<AuditEntry> NewestAsync(TestService service, string organization = "or-operator") =>
        (await service.Get<AuditLog>().ListAsync(organization, new(), before: null, limit: 1, default)).Entries[0];
}
