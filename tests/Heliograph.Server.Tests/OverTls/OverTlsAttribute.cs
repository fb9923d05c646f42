using Xunit.v3;

namespace Heliograph.Server.Tests.OverTls;

/// <summary>The services that a class of tests starts listen with TLS.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class OverTlsAttribute : Attribute
{
    /// <summary>Whether the running test's class says so.</summary>
    public static bool IsOnClass =>
        TestContext.Current.TestClass is IXunitTestClass { Class: var type } && type.IsDefined(typeof(OverTlsAttribute), inherit: false);
}
