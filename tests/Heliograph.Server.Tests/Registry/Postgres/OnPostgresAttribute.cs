using Xunit.v3;

namespace Heliograph.Server.Tests.Registry.Postgres;

/// <summary>The services that a class of tests starts have their registry in PostgreSQL.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class OnPostgresAttribute : Attribute
{
    /// <summary>Whether the running test's class says so.</summary>
    public static bool IsOnClass =>
        TestContext.Current.TestClass is IXunitTestClass { Class: var type } && type.IsDefined(typeof(OnPostgresAttribute), inherit: false);
}
