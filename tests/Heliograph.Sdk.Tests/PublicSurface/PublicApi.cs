using System.Reflection;
using System.Runtime.CompilerServices;

namespace Heliograph.Sdk.Tests.PublicSurface;

/// <summary>Everything public of an assembly, a line each, as C# writes it: what a change breaks for those who use it.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>Its public types.</summary>
    public static IEnumerable<Type> Types(Assembly assembly) => assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal);

    /// <summary>What a public type declares for others: public, or protected where others can derive from it.</summary>
    public static IEnumerable<MemberInfo> Members(Type type) => type.GetMembers(Declared).Where(member => IsForOthers(member) && !IsOfTheCompiler(member));

    public static string Describe(Assembly assembly)
    {
        var lines = new List<string>();
        foreach (var type in Types(assembly))
        {
            lines.Add($"{type.Namespace}: {Header(type)}");
            if (!typeof(Delegate).IsAssignableFrom(type))
                lines.AddRange(Members(type).Where(member => member is not Type).Select(member => $"  {Describe(member)}").Order(StringComparer.Ordinal));
        }

        return string.Join('\n', lines) + "\n";
    }

    private static string Header(Type type)
    {
        var kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => type.IsByRefLike ? "ref struct" : "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        var bases = new List<Type>(type.IsEnum ? [] : type.GetInterfaces().Where(x => x.IsPublic).Except(type.BaseType?.GetInterfaces() ?? []));
        if (type.BaseType is { } parent && parent != typeof(object) && !type.IsValueType)
            bases.Insert(0, parent);
        var from = bases.Count > 0 ? $" : {string.Join(", ", bases.Select(x => CSharpNames.Of(x)).Order(StringComparer.Ordinal))}" : "";
        if (type.GetMethod("PrintMembers", Declared) is not null)
            kind = type.IsValueType ? "record struct" : kind.Replace("class", "record", StringComparison.Ordinal);
        return $"{kind} {CSharpNames.Of(type)}{from}{Constraints(type.GetGenericArguments())}";
    }

    private static string Describe(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"{Modifiers(constructor)}new({Parameters(constructor)})",
        MethodInfo method =>
            $"{Modifiers(method)}{CSharpNames.Of(method.ReturnType, Nullability.Create(method.ReturnParameter))} {method.Name}{Generics(method)}({Parameters(method)}){Constraints(method.GetGenericArguments())}",
        PropertyInfo property => $"{Modifiers(property.GetMethod ?? property.SetMethod!)}{Required(property)}{CSharpNames.Of(property.PropertyType, Nullability.Create(property))} {property.Name} {{ {Accessors(property)} }}",
        EventInfo @event => $"{Modifiers(@event.AddMethod!)}event {CSharpNames.Of(@event.EventHandlerType!, Nullability.Create(@event))} {@event.Name}",
        FieldInfo { IsLiteral: true } constant when member.DeclaringType!.IsEnum => $"{constant.Name} = {Convert.ToInt64(constant.GetRawConstantValue(), null)}",
        FieldInfo { IsLiteral: true } constant => $"const {CSharpNames.Of(constant.FieldType)} {constant.Name} = {CSharpNames.Literal(constant.GetRawConstantValue(), constant.FieldType)}",
        FieldInfo field => $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{CSharpNames.Of(field.FieldType, Nullability.Create(field))} {field.Name}",
        _ => member.Name,
    };

    private static string Modifiers(MethodBase method) => string.Concat(
        method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "",
        method.IsStatic ? "static " : "",
        method.IsAbstract && !method.DeclaringType!.IsInterface ? "abstract " : "",
        method is { IsVirtual: true, IsAbstract: false, IsFinal: false } && !method.DeclaringType!.IsSealed ? "virtual " : "");

    private static string Required(PropertyInfo property) => property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";

    private static string Accessors(PropertyInfo property)
    {
        var get = property.GetMethod is { } getter && IsForOthers(getter) ? "get; " : "";
        var isInit = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        var set = property.SetMethod is { } setter && IsForOthers(setter) ? isInit ? "init; " : "set; " : "";
        return (get + set).TrimEnd();
    }

    private static string Generics(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(x => x.Name))}>" : "";

    private static string Constraints(Type[] arguments) => string.Concat(arguments.Where(x => x.IsGenericParameter).Select(argument =>
    {
        var kind = argument.GenericParameterAttributes;
        List<string> all =
        [
            .. kind.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint) ? ["struct"] : Array.Empty<string>(),
            .. kind.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? ["class"] : Array.Empty<string>(),
            .. argument.GetGenericParameterConstraints().Where(x => x != typeof(ValueType)).Select(x => CSharpNames.Of(x)),
        ];
        return all.Count > 0 ? $" where {argument.Name} : {string.Join(", ", all)}" : "";
    }));

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select((parameter, i) =>
    {
        var way = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : i == 0 && method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        var value = parameter.HasDefaultValue ? $" = {CSharpNames.Literal(parameter.DefaultValue, parameter.ParameterType)}" : "";
        return $"{way}{CSharpNames.Of(parameter.ParameterType, Nullability.Create(parameter))} {parameter.Name}{value}";
    }));

    private static bool IsForOthers(MemberInfo member) => member switch
    {
        MethodBase { IsPublic: true } => true,
        MethodBase method => (method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed && CanBeDerived(method.DeclaringType),
        PropertyInfo property => (property.GetMethod is { } get && IsForOthers(get)) || (property.SetMethod is { } set && IsForOthers(set)),
        EventInfo @event => IsForOthers(@event.AddMethod!),
        FieldInfo field => field.IsPublic && !field.IsSpecialName,
        _ => false,
    };

    /// <summary>Whether others can: the constructor may be the assembly's own.</summary>
    private static bool CanBeDerived(Type type) =>
        type.GetConstructors(Declared).Any(x => x.IsPublic || ((x.IsFamily || x.IsFamilyOrAssembly) && !(x.GetParameters() is [var only] && only.ParameterType == type)));

    /// <summary>Accessors are told with their properties; what a record has by itself is known.</summary>
    private static bool IsOfTheCompiler(MemberInfo member) =>
        member is MethodInfo { IsSpecialName: true } or { Name: "<Clone>$" or "PrintMembers" or "EqualityContract" }
        || member.Name.Contains('<', StringComparison.Ordinal)
        || (member is MethodInfo && member.IsDefined(typeof(CompilerGeneratedAttribute)))
        || member is MethodInfo { Name: "ToString" or "GetHashCode" or "Equals" };
}
