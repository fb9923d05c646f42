using Xunit.v3;

namespace Heliograph.Server.Tests;

/// <summary>What a class of tests says of the services that it starts.</summary>
/// <typeparam name="TSelf">The attribute itself.</typeparam>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal abstract class ClassAttribute<TSelf> : Attribute
    where TSelf : ClassAttribute<TSelf>
{
    /// <summary>Whether the running test's class says so.</summary>
    public static bool IsOnClass =>
        TestContext.Current.TestClass is IXunitTestClass { Class: var type } && type.IsDefined(typeof(TSelf), inherit: false);
}
