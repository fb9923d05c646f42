using Heliograph.Server.Tests.Relay;
using Heliograph.Server.Tests.Tokens;

namespace Heliograph.Server.Tests.Registry.Postgres;

// Whatever of the service has to do with the registry, once more with PostgreSQL: the same tests as with SQLite.

[OnPostgres]
public sealed class AuditLogOnPostgresTests : Tests.Registry.AuditLogTests;

[OnPostgres]
public sealed class AuditedChangesOnPostgresTests : Tests.Registry.AuditedChangesTests;

[OnPostgres]
public sealed class KeyUseOnPostgresTests : Tests.Registry.KeyUseTests;

[OnPostgres]
public sealed class ApiKeyOnPostgresTests(RelayFixture fixture) : Tests.Management.ApiKeyTests(fixture);

[OnPostgres]
public sealed class AuditLogApiOnPostgresTests : Tests.Management.AuditLogApiTests;

[OnPostgres]
public sealed class BulkOnPostgresTests(RelayFixture fixture) : Tests.Management.BulkTests(fixture);

[OnPostgres]
public sealed class DeviceListOnPostgresTests(RelayFixture fixture) : Tests.Management.DeviceListTests(fixture);

[OnPostgres]
public sealed class DevicePresenceOnPostgresTests : Tests.Management.DevicePresenceTests;

[OnPostgres]
public sealed class DeviceOnPostgresTests(RelayFixture fixture) : Tests.Management.DeviceTests(fixture);

[OnPostgres]
public sealed class LargeProductOnPostgresTests : Tests.Management.LargeProductTests;

[OnPostgres]
public sealed class OrganizationOnPostgresTests(RelayFixture fixture) : Tests.Management.OrganizationTests(fixture);

[OnPostgres]
public sealed class PresenceOnPostgresTests(RelayFixture fixture) : Tests.Management.PresenceTests(fixture);

[OnPostgres]
public sealed class ProductOnPostgresTests(RelayFixture fixture) : Tests.Management.ProductTests(fixture);

[OnPostgres]
public sealed class PublicKeyOnPostgresTests(RelayFixture fixture) : Tests.Management.PublicKeyTests(fixture);

[OnPostgres]
public sealed class UsageOnPostgresTests : Tests.Management.UsageTests;

[OnPostgres]
public sealed class RevocationOnPostgresTests : Tests.Connect.RevocationTests;

[OnPostgres]
public sealed class TicketOnPostgresTests(TokenFixture fixture) : Tests.Connect.TicketTests(fixture);

[OnPostgres]
public sealed class TurnUsageOnPostgresTests : Tests.Ice.TurnUsageTests;

[OnPostgres]
public sealed class DeviceCreationOnPostgresTests : Tests.Console.DeviceCreationTests;

[OnPostgres]
public sealed class SessionOnPostgresTests : Tests.Console.SessionTests;

[OnPostgres]
public sealed class ProductPagesOnPostgresTests(RelayFixture fixture) : Tests.Console.ProductPagesTests(fixture);

[OnPostgres]
public sealed class ConsoleDeviceListOnPostgresTests : Tests.Console.DeviceListTests;
