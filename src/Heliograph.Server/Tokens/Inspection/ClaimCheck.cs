using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Server.Hosting;

namespace Heliograph.Server.Tokens.Inspection;

/// <summary>What must be right in a token's claims.</summary>
internal static class ClaimCheck
{
    private const double FirstOfMilliseconds = 100_000_000_000;

    private const string ResourceForm = "urn:nabto:webrtc:PRODUCT:DEVICE";

    /// <summary>Adds what is wrong.</summary>
    /// <returns>The device that the token is about; null where it names none.</returns>
    public static DeviceAddress? Run(JsonElement claims, KeyOwner role, DeviceAddress? wanted, DateTimeOffset now, TimeSpan skew, List<Problem> problems)
    {
        CheckExpiry(claims, now, skew, problems);
        foreach (var name in (string[])["nbf", "iat"])
            CheckBeginning(claims, name, now, skew, problems);
        CheckScope(claims, role == KeyOwner.Device ? TokenScopes.DeviceConnect : TokenScopes.ClientConnect, problems);
        return CheckResource(claims, wanted, problems);
    }

    private static void CheckExpiry(JsonElement claims, DateTimeOffset now, TimeSpan skew, List<Problem> problems)
    {
        if (Claim.Find(claims, "exp") is not { } value)
            problems.Add(new("it has no exp, so it would be valid for ever", "Set exp to a time soon to come, in seconds since 1970."));
        else if (Claim.Time(value) is not { } time)
            problems.Add(NoTime("exp", value));
        else if (time + skew <= now)
            problems.Add(new($"it expired {TimeInWords.Of(now - time)} ago", "Make a new one. If it is new, a clock is wrong: the one of whoever signed it, or this machine's."));
    }

    private static void CheckBeginning(JsonElement claims, string name, DateTimeOffset now, TimeSpan skew, List<Problem> problems)
    {
        if (Claim.Find(claims, name) is not { } value)
            return;
        if (Claim.Time(value) is not { } time)
            problems.Add(NoTime(name, value));
        else if (time - skew > now)
        {
            problems.Add(new(
                $"its {name} lies {TimeInWords.Of(time - now)} ahead; {TimeInWords.Of(skew)} are allowed",
                "Check the clock of whoever signed it, and this machine's."));
        }
    }

    private static Problem NoTime(string name, JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= FirstOfMilliseconds
        ? new($"its {name} is {value.GetRawText()}, which looks like milliseconds", "Write seconds since 1970.")
        : new($"its {name} is {value.GetRawText()}, which is no time", "Write a number of seconds since 1970, not in quotes.");

    private static void CheckScope(JsonElement claims, string needed, List<Problem> problems)
    {
        if (TokenScopes.Contains(Claim.Text(claims, "scope") ?? "", needed))
            return;
        problems.Add(new(
            Claim.Find(claims, "scope") switch
            {
                null => "it has no scope",
                { ValueKind: JsonValueKind.String } scope => $"its scope {scope.GetRawText()} lacks the word {needed}",
                _ => "its scope is not a text",
            },
            $"Write the scope as one text, its words separated by spaces: \"{needed} turn\"."));
    }

    private static DeviceAddress? CheckResource(JsonElement claims, DeviceAddress? wanted, List<Problem> problems)
    {
        if (Claim.Text(claims, "resource") is not { } resource || Parse(resource) is not { } device)
        {
            problems.Add(new(
                Claim.Find(claims, "resource") is { } value ? $"its resource {value.GetRawText()} names no device" : "it has no resource",
                $"Write {ResourceForm}, the device that it is for."));
            return null;
        }

        if (wanted is { } other && device != other)
            problems.Add(new($"it is for the device {device}, not for {other}", "Make one for that device: a token is for one device alone."));
        return device;
    }

    /// <summary>The device of a resource, which is compared without regard to case.</summary>
    private static DeviceAddress? Parse(string resource) =>
        resource.Split(':') is [_, _, _, var productId, var deviceId]
        && ProductId.TryParse(productId, out var product) && DeviceId.TryParse(deviceId, out var device)
        && string.Equals(resource, new DeviceAddress(product, device).Resource, StringComparison.OrdinalIgnoreCase)
            ? new(product, device) : null;
}
