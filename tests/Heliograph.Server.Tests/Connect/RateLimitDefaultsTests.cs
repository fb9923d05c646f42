using Heliograph.Server.Hosting;

namespace Heliograph.Server.Tests.Connect;

public sealed class RateLimitDefaultsTests
{
    [Fact]
    public void Defaults_LeaveATestBenchBehindOneAddressAlone()
    {
        var limits = Settings.Defaults.RateLimits;

        limits.PerAddress.ShouldBeGreaterThanOrEqualTo(50);
        limits.PerAddressBurst.ShouldBeGreaterThanOrEqualTo(200);
        limits.PerProduct.ShouldBeGreaterThanOrEqualTo(50);
        limits.PerProductBurst.ShouldBeGreaterThanOrEqualTo(200);
    }
}
