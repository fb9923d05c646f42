using System.CommandLine;
using Heliograph.Protocol;

namespace Heliograph.Terminal;

/// <summary>How a device is named on the command line, in every command: <c>PRODUCT/DEVICE</c>.</summary>
internal static class DeviceArgument
{
    public const string Example = ProductArgument.Example + "/wd-3xtqp3hy4xxy3av3";

    public static Argument<DeviceAddress> Create(string description = "The device, such as " + Example + ".") => new("PRODUCT/DEVICE")
    {
        Description = description,
        CustomParser = result =>
        {
            if (TryParse(result.Tokens[0].Value, out var address, out var problem))
                return address;
            result.AddError(problem);
            return default;
        },
    };

    /// <summary>An option that names a device.</summary>
    public static Option<DeviceAddress?> Option(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "PRODUCT/DEVICE",
        CustomParser = result =>
        {
            if (TryParse(result.Tokens[0].Value, out var address, out var problem))
                return address;
            result.AddError($"{name}: {problem}");
            return null;
        },
    };

    /// <summary>Reads a device's name; <paramref name="problem"/> says in words what is wrong with it.</summary>
    public static bool TryParse(string text, out DeviceAddress address, out string problem)
    {
        (address, problem) = (default, "");
        var parts = text.Split('/');
        if (parts.Length == 1 && DeviceId.TryParse(text, out _))
            problem = $"'{text}' names a device without its product; write PRODUCT/DEVICE, such as {Example}";
        else if (parts.Length == 1 && ProductId.TryParse(text, out _))
            problem = $"'{text}' names a product; write PRODUCT/DEVICE for a device of it, such as {Example}";
        else if (parts.Length != 2)
            problem = $"'{text}' is not a device; write PRODUCT/DEVICE, such as {Example}";
        else if (!ProductId.TryParse(parts[0], out var product))
            problem = $"'{text}': '{parts[0]}' is not a product ID: one is 'wp-' and 8 letters or digits";
        else if (!DeviceId.TryParse(parts[1], out var device))
            problem = $"'{text}': '{parts[1]}' is not a device ID: one is 'wd-' and 16 letters or digits";
        else
            address = new(product, device);
        return problem.Length == 0;
    }
}
