using System.CommandLine;
using System.Globalization;

namespace Heliograph.Management;

/// <summary>An option that says how many: a whole number from 1.</summary>
internal static class CountOption
{
    public static Option<int?> Create(string name, string description, bool isRequired = false) => new(name)
    {
        Description = description,
        HelpName = "N",
        Required = isRequired,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0)
                return count;
            result.AddError($"{name}: '{text}' is not a whole number from 1");
            return null;
        },
    };
}
