using System.Collections.Concurrent;
using System.Reflection;
using Xunit.v3;

namespace Heliograph.Server.Tests;

/// <summary>
/// What a class of tests says of the services that it starts. A test under which nothing was started that asked for it fails: it would run
/// the same as without.
/// </summary>
/// <typeparam name="TSelf">The attribute itself.</typeparam>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal abstract class ClassAttribute<TSelf> : BeforeAfterTestAttribute
    where TSelf : ClassAttribute<TSelf>
{
    /// <summary>The tests that asked, and the classes whose fixtures did.</summary>
    private static readonly ConcurrentDictionary<string, bool> Asked = new(StringComparer.Ordinal);

    /// <summary>Whether the running test's class says so. Asked by whatever starts a service, and nobody else.</summary>
    public static bool IsOnClass
    {
        get
        {
            var context = TestContext.Current;
            if (context.TestClass is not IXunitTestClass { Class: var type } || !type.IsDefined(typeof(TSelf), inherit: false))
                return false;
            Asked[context.Test?.UniqueID ?? context.TestClass.UniqueID] = true;
            return true;
        }
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (!Asked.ContainsKey(test.UniqueID) && !Asked.ContainsKey(test.TestCase.TestClass.UniqueID))
            throw new InvalidOperationException($"No service that heeds [{typeof(TSelf).Name[..^"Attribute".Length]}] was started for this test: it is the same as without.");
    }
}
