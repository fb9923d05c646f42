using System.CommandLine;

namespace Heliograph.Management;

/// <summary><c>--tag key=value</c>, as often as there are tags.</summary>
internal static class TagOption
{
    public static Option<IReadOnlyDictionary<string, string>?> Create(string description) => new("--tag")
    {
        Description = description,
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result =>
        {
            var tags = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var token in result.Tokens)
            {
                if (token.Value.Split('=', 2) is not [{ Length: > 0 } key, var value])
                    result.AddError($"--tag: '{token.Value}' is not a tag; write KEY=VALUE");
                else if (!tags.TryAdd(key, value))
                    result.AddError($"--tag: '{key}' is given twice");
            }

            return tags;
        },
    };
}
