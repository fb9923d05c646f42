using Heliograph.Conformance.Tests.Proxy;

namespace Heliograph.Conformance.Tests.Flaws;

/// <summary>Services that don't look at tokens as they should.</summary>
internal static class TokenFlaws
{
    public static IEnumerable<(string Id, Flaw Flaw)> All { get; } =
    [
        ("tokens.any-case-of-ids", Answers.Refuses(404, "DEVICE_ID_NOT_FOUND", x => x.Field("deviceId")?.Any(char.IsUpper) == true)),
        ("tokens.typ-may-be-missing", Answers.Refuses(401, "UNAUTHORIZED", x => x.Token is not null && x.TokenField("typ") is null)),
        ("tokens.scope-device-connect", Answers.Takes(x => x.Path == "/v1/device/connect")),
        ("tokens.scope-client-connect", Answers.Takes(x => x.Path == "/v1/client/connect")),
        ("tokens.scope-whole-words", Answers.Takes(x => x.Claim("scope")?.Contains(":connect-", StringComparison.Ordinal) == true)),
        ("tokens.scope-among-others", Answers.Refuses(403, "ACCESS_DENIED", x => x.Claim("scope")?.StartsWith("a:b ", StringComparison.Ordinal) == true)),
        ("tokens.resource-other-device", Answers.Takes(x => x.Claim("resource")?.Contains(":wd-", StringComparison.Ordinal) == true)),
        ("tokens.resource-missing", Answers.Takes(x => x.Claim("resource") is null)),
        ("tokens.resource-any-case", Answers.Refuses(403, "ACCESS_DENIED", x => x.Claim("resource")?.StartsWith("URN", StringComparison.Ordinal) == true)),
        ("tokens.malformed", Answers.Mistakes(401, _ => Answers.Error(500, "INTERNAL_ERROR"), x => x.Claims.Count == 0)),
        ("tokens.exp-required", Answers.Takes(x => x.Time("exp") is null)),
        ("tokens.expired", Answers.Takes(x => x.Time("exp") < Now)),
        ("tokens.expired-within-skew", Answers.Refuses(401, "UNAUTHORIZED", x => x.Time("exp") < Now)),
        ("tokens.not-yet-valid", Answers.Takes(x => x.Time("iat") > Now)),
        ("tokens.not-yet-valid-within-skew", Answers.Refuses(401, "UNAUTHORIZED", x => x.Time("nbf") > Now)),
        ("tokens.nbf-and-iat-optional", Answers.Refuses(401, "UNAUTHORIZED", x => x.Token is not null && x.Time("nbf") is null)),
        ("tokens.kid-unknown", Answers.Takes(x => x.TokenField("kid") is null)),
        ("tokens.kid-of-other-device", Answers.Takes(IsDevices)),
        ("tokens.kid-of-other-product", Answers.Takes(x => !IsDevices(x))),
        ("tokens.device-token-by-device-key", Answers.Takes(x => x.Path == "/v1/device/connect" && !IsDevices(x))),
        ("tokens.client-token-by-product-key", Answers.Takes(x => x.Path == "/v1/client/connect" && IsDevices(x))),
        ("tokens.kid-products", Answers.Refuses(401, "UNAUTHORIZED", x => x.TokenField("kid")?.StartsWith("products:", StringComparison.Ordinal) == true)),
        ("tokens.several-keys", KnowsOneKey()),
        ("tokens.removed-key", KeepsRemovedKeys()),
        ("tokens.alg-none", Answers.Takes(x => x.TokenField("alg") == "none")),
        ("tokens.alg-hs256", Answers.Takes(x => x.TokenField("alg") == "HS256")),
        ("tokens.alg-other", Answers.Takes(x => x.TokenField("alg") == "RS256")),
        ("tokens.signature-of-other-key", Answers.Takes(x => x.Claims.Count > 0)),
        ("tokens.signature-over-all", Answers.Takes(x => x.TokenHeader.ContainsKey("x"))),
        ("tokens.signature-raw", Answers.Takes(x => x.Token!.Split('.')[2].Length > 90)),
    ];

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    private static bool IsDevices(ProxyRequest request) => request.TokenField("kid")?.StartsWith("device:", StringComparison.Ordinal) == true;

    /// <summary>A device's first key is all it may have.</summary>
    private static Flaw KnowsOneKey()
    {
        var first = new System.Collections.Concurrent.ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        return Answers.Refuses(401, "UNAUTHORIZED", x => IsDevices(x) && first.GetOrAdd(x.Field("deviceId")!, x.TokenField("kid")!) != x.TokenField("kid"));
    }

    private static Flaw KeepsRemovedKeys()
    {
        var good = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        return new()
        {
            Answer = (request, answer) =>
            {
                if (request.TokenField("kid") is not { } kid)
                    return answer;
                if (answer.Status == 200)
                    good[kid] = true;
                return answer.Status == 401 && good.ContainsKey(kid) ? Answers.Success : answer;
            },
        };
    }
}
