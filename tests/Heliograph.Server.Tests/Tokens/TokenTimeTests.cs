using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;

namespace Heliograph.Server.Tests.Tokens;

/// <summary><c>exp</c>, <c>nbf</c> and <c>iat</c>, with 60 seconds of clock skew, by a clock that stands still.</summary>
public class TokenTimeTests(TokenFixture fixture) : IClassFixture<TokenFixture>
{
    [Theory]
    [InlineData("exp", 3600, true)]
    [InlineData("exp", 1, true)]
    [InlineData("exp", -59, true)]
    [InlineData("exp", -61, false)]
    [InlineData("exp", -3600, false)]
    [InlineData("nbf", 0, true)]
    [InlineData("nbf", 59, true)]
    [InlineData("nbf", 61, false)]
    [InlineData("nbf", 3600, false)]
    [InlineData("iat", 59, true)]
    [InlineData("iat", 61, false)]
    [InlineData("iat", -1_000_000, true)]
    public async Task Time_IsHeldAgainstTheClockWithSkew(string claim, int seconds, bool isFine) =>
        await CheckAsync(payload => payload[claim] = fixture.Now + seconds, isFine);

    [Fact]
    public async Task Exp_ThatIsMissing_Is401() => await CheckAsync(payload => payload.Remove("exp"), isFine: false);

    [Fact]
    public async Task NbfAndIat_ThatAreMissing_AreFine() =>
        await CheckAsync(payload => (payload.Remove("nbf"), payload.Remove("iat")).ShouldBe((true, true)), isFine: true);

    [Theory]
    [InlineData("\"{now}\"")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[{now}]")]
    [InlineData("{}")]
    [InlineData("-1")]
    [InlineData("-{now}")]
    [InlineData("0")]
    [InlineData("1e300")]
    [InlineData("9223372036854775807")]
    [InlineData("99999999999999999999999999")]
    [InlineData("253402300800000")]
    public async Task Exp_ThatIsNoTimeToCome_Is401(string exp)
    {
        var value = exp.Replace("{now}", (fixture.Now + 3600).ToString(), StringComparison.Ordinal);

        await CheckAsync(payload => payload["exp"] = JsonNode.Parse(value), isFine: false);
    }

    [Theory]
    [InlineData("nbf", "\"soon\"")]
    [InlineData("nbf", "null")]
    [InlineData("nbf", "-1")]
    [InlineData("nbf", "1e300")]
    [InlineData("iat", "\"1\"")]
    [InlineData("iat", "9223372036854775807")]
    [InlineData("iat", "{}")]
    public async Task NbfOrIat_ThatIsNoTime_Is401(string claim, string value) =>
        await CheckAsync(payload => payload[claim] = JsonNode.Parse(value), isFine: false);

    [Theory]
    [InlineData("{now}.75", true)]
    [InlineData("{now}.0", true)]
    [InlineData("{now}e0", true)]
    [InlineData("4102444800", true)]
    [InlineData("99999999999", true)]
    public async Task Exp_AsAnyNumberOfSeconds_IsFine(string exp, bool isFine)
    {
        var value = exp.Replace("{now}", (fixture.Now + 3600).ToString(), StringComparison.Ordinal);

        await CheckAsync(payload => payload["exp"] = JsonNode.Parse(value), isFine);
    }

    private async Task CheckAsync(Action<JsonObject> claims, bool isFine)
    {
        var (device, client) = (
            fixture.DeviceKey.DeviceToken(fixture.Device, claims, clock: fixture.Clock), fixture.ProductKey.ClientToken(fixture.Device, claims, clock: fixture.Clock));
        foreach (var answer in await Task.WhenAll(
            fixture.Api.ConnectDeviceAsync(fixture.Device, device), fixture.Api.ConnectClientAsync(fixture.Device, client), fixture.Api.IceServersAsync(fixture.Device, device)))
        {
            if (isFine)
                answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
            else
                answer.ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
        }
    }
}
