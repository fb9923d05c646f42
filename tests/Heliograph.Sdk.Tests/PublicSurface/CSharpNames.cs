using System.Globalization;
using System.Reflection;

namespace Heliograph.Sdk.Tests.PublicSurface;

/// <summary>Types and values as C# writes them, with what may be null.</summary>
internal static class CSharpNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(int)] = "int", [typeof(long)] = "long", [typeof(string)] = "string",
        [typeof(object)] = "object", [typeof(void)] = "void", [typeof(char)] = "char", [typeof(double)] = "double",
    };

    public static string Of(Type type, NullabilityInfo? nullability = null)
    {
        if (type.IsByRef)
            return Of(type.GetElementType()!, nullability?.ElementType);
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return $"{Of(underlying)}?";
        // Of a type parameter it is not known whether it is one that could be null.
        var canBeNull = !type.IsValueType && !type.IsGenericParameter;
        var isNullable = nullability is { ReadState: NullabilityState.Nullable } or { WriteState: NullabilityState.Nullable };
        return Plain(type, nullability) + (canBeNull && isNullable ? "?" : "");
    }

    /// <summary>A constant, as it is written.</summary>
    public static string Literal(object? value, Type type) => value switch
    {
        null => type.IsValueType ? "default" : "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Plain(Type type, NullabilityInfo? nullability)
    {
        if (type.IsArray)
            return $"{Of(type.GetElementType()!, nullability?.ElementType)}[]";
        if (type.IsGenericParameter)
            return type.Name;
        if (Keywords.TryGetValue(type, out var keyword))
            return keyword;
        var name = type.IsNested ? $"{Plain(type.DeclaringType!, null)}.{type.Name}" : type.Name;
        if (!type.IsGenericType)
            return name;
        var arguments = type.GetGenericArguments().Select((argument, i) =>
            Of(argument, nullability?.GenericTypeArguments is { } infos && i < infos.Length ? infos[i] : null));
        return $"{name.Split('`')[0]}<{string.Join(", ", arguments)}>";
    }
}
