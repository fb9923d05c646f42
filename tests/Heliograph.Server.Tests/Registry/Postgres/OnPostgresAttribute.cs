namespace Heliograph.Server.Tests.Registry.Postgres;

/// <summary>The services that a class of tests starts have their registry in PostgreSQL.</summary>
internal sealed class OnPostgresAttribute : ClassAttribute<OnPostgresAttribute>;
