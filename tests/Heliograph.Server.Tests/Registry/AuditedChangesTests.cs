using System.Reflection;
using System.Text;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Server.Registry;
using Heliograph.Testing;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Tests.Registry;

/// <summary>Every change through a store is in the audit log: with it, or not at all. A method that is new here must be added below.</summary>
public class AuditedChangesTests : IAsyncLifetime
{
    private static readonly Actor Somebody = new("or-operator", "key:k3v9x2m4q8a1", "CI", "api", "192.0.2.7");
    private static readonly DeviceId Custom = DeviceId.Parse("wd-0123456789abcdef");
    private static readonly Dictionary<string, string> Tags = new(StringComparer.Ordinal) { ["line"] = "garden" };

    private static readonly Dictionary<string, (string Action, Func<AuditedChangesTests, Task> Make)> Changes = new(StringComparer.Ordinal)
    {
        ["ApiKeyStore.CreateAsync(String, String, IEnumerable, DateTime)"] =
            (AuditAction.ApiKeyCreate, x => x.ApiKeys.CreateAsync(Somebody, Somebody.Organization, "new", ["read"], null, default)),
        ["ApiKeyStore.RevokeAsync(String, String)"] =
            (AuditAction.ApiKeyRevoke, x => x.ApiKeys.RevokeAsync(Somebody, Somebody.Organization, x._apiKey, default)),
        ["DeviceStore.AddKeyAsync(DeviceAddress, Byte[])"] =
            (AuditAction.DeviceKeyAdd, x => x.Devices.AddKeyAsync(Somebody, x._device, PublicKeyOf(x._other), default)),
        ["DeviceStore.AddKeysAsync(ProductId, IReadOnlyList)"] =
            (AuditAction.DeviceKeyAdd, x => x.Devices.AddKeysAsync(
                Somebody, x._device.Product, [(x._device.Device, PublicKeyOf(x._other)), (x._second.Device, PublicKeyOf(x._other))], default)),
        ["DeviceStore.CreateAsync(ProductId, IReadOnlyCollection, IReadOnlyDictionary)"] =
            (AuditAction.DeviceCreate, x => x.Devices.CreateAsync(Somebody, x._device.Product, [Custom], Tags, default)),
        ["DeviceStore.CreateAsync(ProductId, IReadOnlyList, Boolean)"] =
            (AuditAction.DeviceCreate, x => x.Devices.CreateAsync(Somebody, x._device.Product, [new(Custom, "Gate", Tags, [])], isBatch: true, default)),
        ["DeviceStore.CreateAsync(ProductId, String, IReadOnlyDictionary)"] =
            (AuditAction.DeviceCreate, x => x.Devices.CreateAsync(Somebody, x._device.Product, "Gate", Tags, default)),
        ["DeviceStore.CreateBatchAsync(ProductId, Int32, IReadOnlyDictionary)"] =
            (AuditAction.DeviceCreate, x => x.Devices.CreateBatchAsync(Somebody, x._device.Product, 1000, Tags, default)),
        ["DeviceStore.DeleteAsync(DeviceAddress)"] =
            (AuditAction.DeviceDelete, x => x.Devices.DeleteAsync(Somebody, x._device, default)),
        ["DeviceStore.ModifyAsync(DeviceAddress, NameAndTags)"] =
            (AuditAction.DeviceModify, x => x.Devices.ModifyAsync(Somebody, x._device, new() { Tags = Tags }, default)),
        ["DeviceStore.RemoveKeyAsync(DeviceAddress, KeyId)"] =
            (AuditAction.DeviceKeyRemove, x => x.Devices.RemoveKeyAsync(Somebody, x._device, x._key.IdFor(KeyOwner.Device), default)),
        ["ProductStore.AddKeyAsync(ProductId, Byte[])"] =
            (AuditAction.ProductKeyAdd, x => x.Products.AddKeyAsync(Somebody, x._device.Product, PublicKeyOf(x._other), default)),
        ["ProductStore.CreateAsync(String, String, IReadOnlyDictionary)"] =
            (AuditAction.ProductCreate, x => x.Products.CreateAsync(Somebody, "local", "Garden", Tags, default)),
        ["ProductStore.DeleteAsync(ProductId)"] =
            (AuditAction.ProductDelete, x => x.Products.DeleteAsync(Somebody, x._device.Product, default)),
        ["ProductStore.ModifyAsync(ProductId, ModifyProductRequest)"] =
            (AuditAction.ProductModify, x => x.Products.ModifyAsync(Somebody, x._device.Product, new() { Name = "new" }, default)),
        ["ProductStore.RemoveKeyAsync(ProductId, KeyId)"] =
            (AuditAction.ProductKeyRemove, x => x.Products.RemoveKeyAsync(Somebody, x._device.Product, x._key.IdFor(KeyOwner.Product), default)),
    };

    private readonly SigningKey _key = new();
    private readonly SigningKey _other = new();
    private TestService _service = null!;
    private DeviceAddress _device;
    private DeviceAddress _second;
    private string _apiKey = "";

    public static TheoryData<string> Methods => [.. Changes.Keys];

    private ProductStore Products => _service.Get<ProductStore>();

    private DeviceStore Devices => _service.Get<DeviceStore>();

    private ApiKeyStore ApiKeys => _service.Get<ApiKeyStore>();

    public async ValueTask InitializeAsync()
    {
        _service = await TestService.StartAsync();
        var product = await _service.Api.CreateProductAsync();
        await _service.Api.AddProductKeyAsync(product, _key);
        _device = await _service.Api.CreateDeviceAsync(product, _key);
        _second = await _service.Api.CreateDeviceAsync(product, _key);
        _apiKey = (await _service.Get<ApiKeyStore>().CreateAsync(Somebody, Somebody.Organization, "old", ["read"], null, default)).ApiKey.Id;
    }

    public async ValueTask DisposeAsync()
    {
        _key.Dispose();
        _other.Dispose();
        await _service.DisposeAsync();
    }

    [Fact]
    public void EveryMethodThatTakesAnActor_IsTriedHere() =>
        typeof(ProductStore).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Store", StringComparison.Ordinal))
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(method => method.GetParameters().Any(x => x.ParameterType == typeof(Actor)))
            .Select(NameOf)
            .ShouldBe(Changes.Keys, ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Change_WritesOneEntryOfWhoMadeIt(string method)
    {
        var before = (await EntriesAsync()).Count;

        await Changes[method].Make(this);

        var entries = await EntriesAsync();
        entries.Count.ShouldBe(before + 1);
        entries[0].Action.ShouldBe(Changes[method].Action);
        entries[0].Actor.ShouldBe(new(Somebody.Id, Somebody.Name, "api", "192.0.2.7"));
        (entries[0].Subject == new AuditSubject()).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Change_WhoseEntryCanNotBeWritten_IsNotMade(string method)
    {
        await _service.Get<ActivityRecorder>().FlushAsync(default);
        var before = await DumpAsync();
        await RefuseAsync("INSERT", "Audit");

        await Should.ThrowAsync<DbUpdateException>(() => Changes[method].Make(this));

        (await DumpAsync()).ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Entry_OfAChangeThatFails_IsNotWritten(string method)
    {
        foreach (var table in (string[])["Products", "ProductKeys", "Devices", "DeviceKeys", "ApiKeys"])
        {
            foreach (var change in (string[])["INSERT", "UPDATE", "DELETE"])
                await RefuseAsync(change, table);
        }

        var before = await DumpAsync();

        await Should.ThrowAsync<Exception>(() => Changes[method].Make(this));

        (await DumpAsync()).ShouldBe(before);
    }

    private static string NameOf(MethodInfo method)
    {
        var types = method.GetParameters()
            .Select(x => Nullable.GetUnderlyingType(x.ParameterType) ?? x.ParameterType)
            .Where(x => x != typeof(Actor) && x != typeof(CancellationToken))
            .Select(x => x.Name.Split('`')[0]);
        return $"{method.DeclaringType!.Name}.{method.Name}({string.Join(", ", types)})";
    }

    private static byte[] PublicKeyOf(SigningKey key) =>
        PublicKeyPem.TryRead(key.PublicPem, out var bytes, out var problem) ? bytes : throw new InvalidOperationException(problem);

    private async Task<IReadOnlyList<AuditEntry>> EntriesAsync() =>
        (await _service.Get<AuditLog>().ListAsync(Somebody.Organization, new(), before: null, limit: 100, default)).Entries;

    /// <summary>All rows of all tables, as text.</summary>
    private async Task<string> DumpAsync()
    {
        await using var db = await _service.Get<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync();
        await db.Database.OpenConnectionAsync();
        var dump = new StringBuilder();
        var tables = db.Model.GetEntityTypes().Select(x => x.GetTableName()).Order(StringComparer.Ordinal).ToList();
        foreach (var table in tables)
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT * FROM \"{table}\"";
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync())
            {
                dump.Append(table);
                for (var i = 0; i < rows.FieldCount; i++)
                    dump.Append(" | ").Append(rows.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : rows.GetValue(i));
                dump.AppendLine();
            }
        }

        return dump.ToString();
    }

    /// <summary>Has the database refuse something; it and EF Core complain of that in the log.</summary>
    private async Task RefuseAsync(string change, string table)
    {
        _service.ExpectError("Failed executing DbCommand");
        _service.ExpectError("refused by the test");
        await using var db = await _service.Get<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync();
        var when = $"""CREATE TRIGGER "refuse_{table}_{change}" BEFORE {change} ON "{table}" """;
        var sql = db.Database.IsNpgsql()
            ? $"""
              CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused by the test'; END $$;
              {when} FOR EACH ROW EXECUTE FUNCTION refuse()
              """
            : $"{when} BEGIN SELECT RAISE(ABORT, 'refused by the test'); END";
        await db.Database.ExecuteSqlRawAsync(sql);
    }
}
