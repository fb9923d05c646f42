using System.Reflection;
using System.Xml.Linq;
using Heliograph.Protocol;

namespace Heliograph.Sdk.Tests.PublicSurface;

/// <summary>The public surface against the checked-in files, and its documentation.</summary>
public sealed class PublicApiTests
{
    private static readonly string Sources =
        typeof(PublicApiTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(x => x.Key == "Sources").Value!;

    public static TheoryData<string> Assemblies => ["Heliograph.Sdk", "Heliograph.Protocol"];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Surface_OfTheAssembly_IsThatOfTheFile(string name)
    {
        var file = Path.Combine(Sources, name, "PublicApi.txt");
        var surface = PublicApi.Describe(Load(name));
        if (Environment.GetEnvironmentVariable("HELIOGRAPH_UPDATE_API") == "1")
            File.WriteAllText(file, surface);
        else
            surface.ShouldBe(File.ReadAllText(file), "If the change is meant, run the tests with HELIOGRAPH_UPDATE_API=1 to write the file anew.");
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Members_ThatArePublic_HaveASummary(string name)
    {
        var assembly = Load(name);
        var documentation = XDocument.Load(Path.ChangeExtension(assembly.Location, "xml")).Descendants("member")
            .Where(member => member.Elements().Any(x => x.Name.LocalName is "summary" or "inheritdoc"))
            .Select(member => member.Attribute("name")!.Value.Split('(')[0])
            .ToHashSet(StringComparer.Ordinal);

        var missing = PublicApi.Types(assembly).Where(type => !IsWrittenByTheCompiler(type)).SelectMany(type => PublicApi.Members(type).Where(member => member is not Type).Select(XmlName).Append($"T:{type.FullName}"))
            .Where(member => !documentation.Contains(member.Replace('+', '.')) && !IsParameterOfARecord(assembly, member))
            .ToList();

        missing.ShouldBeEmpty();
    }

    private static Assembly Load(string name) => (name == "Heliograph.Sdk" ? typeof(SignalingDevice) : typeof(ProductId)).Assembly;

    private static string XmlName(MemberInfo member) => member switch
    {
        ConstructorInfo => $"M:{member.DeclaringType!.FullName}.#ctor",
        MethodInfo { IsGenericMethod: true } method => $"M:{member.DeclaringType!.FullName}.{member.Name}``{method.GetGenericArguments().Length}",
        MethodInfo => $"M:{member.DeclaringType!.FullName}.{member.Name}",
        PropertyInfo => $"P:{member.DeclaringType!.FullName}.{member.Name}",
        EventInfo => $"E:{member.DeclaringType!.FullName}.{member.Name}",
        _ => $"F:{member.DeclaringType!.FullName}.{member.Name}",
    };

    /// <summary>What is declared in a primary constructor is documented there, by its <c>param</c>, which the compiler demands.</summary>
    private static bool IsParameterOfARecord(Assembly assembly, string member)
    {
        var split = member.LastIndexOf('.');
        var (owner, name) = (member[2..split], member[(split + 1)..]);
        if (name == "#ctor")
            owner = member[2..^6];
        var type = assembly.GetType(owner);
        return type is not null && (name is "#ctor" or "Deconstruct" || type.GetConstructors().Any(x => x.GetParameters().Any(parameter => parameter.Name == name)));
    }

    /// <summary>The JSON context's other half comes from its generator, without documentation.</summary>
    private static bool IsWrittenByTheCompiler(Type type) => typeof(System.Text.Json.Serialization.JsonSerializerContext).IsAssignableFrom(type);
}
