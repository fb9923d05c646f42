using Xunit.v3;

namespace Heliograph.Server.Tests.OverHttp;

/// <summary>The services that a class of tests starts open all sockets over HTTP, on the framework's own transport.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class OverHttpAttribute : Attribute
{
    /// <summary>Whether the running test's class says so.</summary>
    public static bool IsOnClass =>
        TestContext.Current.TestClass is IXunitTestClass { Class: var type } && type.IsDefined(typeof(OverHttpAttribute), inherit: false);
}
