using Heliograph.Server.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Tests.Hosting;

/// <summary>Settings: all that is wrong with them is told at once, each by its key.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void Read_Nothing_IsTheDefaults()
    {
        var settings = Read();

        settings.Service.Listen.ShouldBe("http://localhost:8080");
        settings.Service.PublicUrl.ShouldBeNull();
        settings.Service.TrustedProxies.ShouldBeEmpty();
        settings.RateLimits.PerAddress.ShouldBe(50);
        settings.RateLimits.PerAddressBurst.ShouldBe(200);
        settings.Relay.MaxMessageSize.ShouldBe(64 * 1024);
        settings.Tokens.ClockSkew.ShouldBe(TimeSpan.FromSeconds(60));
        settings.Connect.DeviceTicketLifetime.ShouldBe(TimeSpan.FromMinutes(1));
        settings.Connect.ClientTicketLifetime.ShouldBe(TimeSpan.FromDays(1));
    }

    [Fact]
    public void Read_Values_OfEachKindInAnyCase()
    {
        var settings = Read(
            ("listen", "http://127.0.0.1:1"), ("PublicUrl", "https://example.com/x"), ("Relay:PingInterval", "00:00:10"), ("RELAY:MAXMESSAGESIZE", "2048"),
            ("Telemetry:IsPublic", "true"), ("Logging:Level", "debug"), ("Logging:Format", "Json"),
            ("Ice:StunUrls:0", "stun:a"), ("Ice:StunUrls:1", "stun:b"), ("TrustedProxies", "10.0.0.0/8, ::1"));

        settings.Service.Listen.ShouldBe("http://127.0.0.1:1");
        settings.Relay.PingInterval.ShouldBe(TimeSpan.FromSeconds(10));
        settings.Relay.MaxMessageSize.ShouldBe(2048);
        settings.Telemetry.IsPublic.ShouldBeTrue();
        settings.Logging.Level.ShouldBe(LogLevel.Debug);
        settings.Logging.Format.ShouldBe(LogFormat.Json);
        settings.Ice.StunUrls.ShouldBe(["stun:a", "stun:b"]);
        settings.Service.TrustedProxies.ShouldBe(["10.0.0.0/8", "::1"]);
    }

    [Fact]
    public void Read_ListOfObjects_FromTextsOfEachKind()
    {
        var ice = Read(
            ("Ice:Servers:0:Region", "eu"), ("Ice:Servers:0:Urls:0", "stun:a"), ("Ice:Servers:0:Urls:1", "turns:a?transport=tcp"), ("Ice:Servers:0:TurnSecret", "s"),
            ("ice:servers:1:urls", "stun:b, stun:c"), ("Ice:Regions:0:Name", "north"), ("Ice:Regions:0:Networks", "10.0.0.0/8,::1"), ("Ice:Regions:0:Near:0", "eu")).Ice;

        ice.Servers.Select(x => x.Region).ShouldBe(["eu", null]);
        ice.Servers[0].Urls.ShouldBe(["stun:a", "turns:a?transport=tcp"]);
        ice.Servers[0].TurnSecret.ShouldBe("s");
        ice.Servers[1].Urls.ShouldBe(["stun:b", "stun:c"]);
        ice.Regions.ShouldHaveSingleItem().Networks.ShouldBe(["10.0.0.0/8", "::1"]);
        ice.Regions[0].Near.ShouldBe(["eu"]);
    }

    [Fact]
    public void Read_RegionsThatAreWrongInManyWays_TellsAllAtOnce() =>
        Problems(("Regions:Known:0:Name", "eu"), ("Regions:Known:1:Name", "eu"), ("Regions:Known:1:Url", "ftp://x"), ("Registry:Region", "us"))
            .ShouldBe(
            [
                "Regions:Known:0:Url must be an http:// or https:// URL without a query",
                "Regions:Known:1:Url must be an http:// or https:// URL without a query",
                "Regions:Known:1:Name: there is a region 'eu' already",
                "Regions:Known has no region 'us', which is this node's (Registry:Region)",
            ]);

    [Fact]
    public void Read_ListOfMoreThanTenObjects_KeepsTheirOrder()
    {
        var urls = Enumerable.Range(0, 12).Select(i => $"stun:{i}").ToList();

        Read([.. urls.Select((url, i) => ($"Ice:Servers:{i}:Urls", url))]).Ice.Servers.Select(x => x.Urls[0]).ShouldBe(urls);
    }

    [Fact]
    public void Read_WhatKubernetesSaysOfAServiceNamedHeliograph_IsIgnored() =>
        Problems(("SERVICE_HOST", "10.0.0.1"), ("SERVICE_PORT_HTTP", "8080"), ("PORT", "tcp://10.0.0.1:8080"), ("PORT_8080_TCP_ADDR", "10.0.0.1"), ("Nonsense", "1"))
            .ShouldHaveSingleItem().ShouldStartWith("Nonsense ");

    [Fact]
    public void Read_ManyProblems_TellsAllAtOnce()
    {
        var problems = Problems(
            ("Relay:PingInterval", "soon"), ("RateLimits:PerAddress", "0"), ("Nonsense", "1"), ("Relay:Nonsense", "1"), ("Ice:StunUrls:0", "http://x"),
            ("Telemetry:IsPublic", "perhaps"), ("PublicUrl", "example.com"));

        problems.Count.ShouldBe(7);
        foreach (var key in (string[])["Relay:PingInterval", "RateLimits:PerAddress", "Nonsense", "Relay:Nonsense", "Ice:StunUrls:0", "Telemetry:IsPublic", "PublicUrl"])
            problems.Count(x => x.StartsWith(key + " ", StringComparison.Ordinal)).ShouldBe(1, key);
    }

    [Theory]
    [InlineData("Nonsense:0", "x", "Nonsense:0 is not a setting")]
    [InlineData("Listen:Url", "x", "Listen:Url is not a setting")]
    [InlineData("Relay:MaxMessageSize", "1.5", "Relay:MaxMessageSize must be a whole number")]
    [InlineData("Relay:MaxMessageSize", "99999999999", "Relay:MaxMessageSize must be a whole number")]
    [InlineData("Relay:MaxMessageSize", "many", "Relay:MaxMessageSize must be a whole number, and 'many' is none")]
    [InlineData("Relay:PingInterval", "10 s", "Relay:PingInterval must be a time span")]
    [InlineData("Relay:PingInterval", "99999999999", "Relay:PingInterval must be a time span")]
    [InlineData("Relay:PingInterval", "25:61:00", "Relay:PingInterval must be a time span")]
    [InlineData("Logging:Level", "Loud", "Logging:Level must be one of Trace, Debug")]
    [InlineData("Logging:Level", "99", "Logging:Level must be one of Trace, Debug")]
    [InlineData("Logging:Level", "Debug, Warning", "Logging:Level must be one of Trace, Debug")]
    [InlineData("Relay:MaxMessageSize", "1023", "Relay:MaxMessageSize must be between")]
    [InlineData("Relay:OutboxSize", "1024", "Relay:OutboxSize must not be smaller")]
    [InlineData("Relay:PingInterval", "00:00:00", "Relay:PingInterval must be between")]
    [InlineData("Relay:DrainTime", "-00:00:01", "Relay:DrainTime must be between")]
    [InlineData("Relay:TakeoverBurst", "0", "Relay:TakeoverBurst must be")]
    [InlineData("RateLimits:PerProductBurst", "-1", "RateLimits:PerProductBurst must be between")]
    [InlineData("Connect:DeviceTicketLifetime", "00:00:01", "Connect:DeviceTicketLifetime must be between")]
    [InlineData("Connect:ClientTicketLifetime", "31.00:00:00", "Connect:ClientTicketLifetime must be between")]
    [InlineData("Tokens:ClockSkew", "-00:00:01", "Tokens:ClockSkew must be between")]
    [InlineData("Ice:StunUrls:0", "turn:x", "Ice:StunUrls:0 must be stun:HOST:PORT")]
    [InlineData("Ice:StunUrls:0", "stun:example.com:port", "Ice:StunUrls:0 must be stun:HOST:PORT")]
    [InlineData("Ice:TurnUrls:0", "turn:x", "Ice:TurnSecret must be set")]
    [InlineData("Ice:Servers:0:Urls:0", "turn:x", "Ice:Servers:0:TurnSecret must be set")]
    [InlineData("Ice:Servers:0:Urls:0", "turn:x?transport=sctp", "Ice:Servers:0:Urls:0 must be stun:HOST:PORT")]
    [InlineData("Ice:Servers:0:Urls:0", "http://x", "Ice:Servers:0:Urls:0 must be stun:HOST:PORT")]
    [InlineData("Ice:Servers:0:Urls", "", "Ice:Servers:0:Urls must have a URL")]
    [InlineData("Ice:Servers:1:Urls", "stun:x", "Ice:Servers:1 must be numbered from 0 without a gap: there is no Ice:Servers:0")]
    [InlineData("Ice:Servers", "stun:x", "Ice:Servers must be a list of objects, and 'stun:x' is none")]
    [InlineData("Ice:Servers:0", "stun:x", "Ice:Servers:0 is not a setting")]
    [InlineData("Ice:Servers:x:Urls", "stun:x", "Ice:Servers:x must be numbered from 0 without a gap")]
    [InlineData("Ice:CheckInterval", "00:00:00.5", "Ice:CheckInterval must be between")]
    [InlineData("Ice:MaxServers", "0", "Ice:MaxServers must be between 1 and 20")]
    [InlineData("Ice:Regions:0:Name", "Europe", "Ice:Regions:0:Name must be 1 to 32")]
    [InlineData("Listen:0", "http://localhost:1", "Listen:0 is not a setting")]
    [InlineData("Ice:TurnCredentialLifetime", "00:00:01", "Ice:TurnCredentialLifetime must be between")]
    [InlineData("Registry:CacheSize", "0", "Registry:CacheSize must be")]
    [InlineData("Registry:FlushInterval", "00:00:00", "Registry:FlushInterval must be")]
    [InlineData("Registry:FlushInterval", "60.00:00:00", "Registry:FlushInterval must be")]
    [InlineData("Registry:AuditRetention", "00:00:01", "Registry:AuditRetention must be")]
    [InlineData("Registry:Region", "A", "Registry:Region must be")]
    [InlineData("Registry:OperatorOrganization", " ", "Registry:OperatorOrganization must not be empty")]
    [InlineData("Telemetry:OtlpEndpoint", "localhost:4317", "Telemetry:OtlpEndpoint must be")]
    [InlineData("Telemetry:OtlpInterval", "00:00:00", "Telemetry:OtlpInterval must be")]
    [InlineData("Telemetry:OtlpInterval", "60.00:00:00", "Telemetry:OtlpInterval must be")]
    [InlineData("Listen", " ; ", "Listen must have a URL")]
    [InlineData("Listen", "localhost", "Listen must be http:// or https:// URLs")]
    [InlineData("Listen", "http://localhost:1/path", "Listen must be")]
    [InlineData("Listen", "https://localhost:1", "CertificateFile and CertificateKeyFile must be set")]
    [InlineData("PublicUrl", "ftp://x", "PublicUrl must be")]
    [InlineData("PublicUrl", "https://x/?a=b", "PublicUrl must be")]
    [InlineData("TrustedProxies:0", "proxy.example.com", "TrustedProxies:0 must be an IP address")]
    [InlineData("CertificateFile", "/nonexistent.pem", "CertificateFile: there is no file")]
    [InlineData("Data", " ", "Data must not be empty")]
    public void Read_AProblem_IsToldByItsKey(string key, string value, string problem) =>
        Problems((key, value)).ShouldHaveSingleItem().ShouldStartWith(problem);

    [Theory]
    [InlineData("Ice:Servers:0:Url", "stun:x", "Ice:Servers:0:Url is not a setting")]
    [InlineData("Ice:Servers:0:Region", "Europe", "Ice:Servers:0:Region must be 1 to 32")]
    [InlineData("Ice:Regions:0:Networks:0", "10.0.0.0/33", "Ice:Regions:0:Networks:0 must be an IP address")]
    [InlineData("Ice:Regions:0:Networks:1", "10.0.0.0/8", "Ice:Regions:0:Networks: 10.0.0.0/8 is in another place already")]
    [InlineData("Ice:Regions:0:Near:0", "mars", "Ice:Regions:0:Near:0: no server of Ice:Servers is in the region 'mars'")]
    [InlineData("Ice:Regions:1:Name", "north", "Ice:Regions:1:Name: there is a region 'north' already")]
    [InlineData("Regions:Known:1:Name", "EU", "Regions:Known:1:Name must be 1 to 32")]
    [InlineData("Regions:Known:1:Url", "eu.example.com", "Regions:Known:1:Url must be an http:// or https:// URL")]
    [InlineData("Regions:Known:1:Url", "https://u:p@eu.example.com", "Regions:Known:1:Url must be an http:// or https:// URL")]
    [InlineData("Regions:Known:1:Url", "https://HERE.example.com", "Regions:Known:1:Url: another region has this URL already")]
    [InlineData("Regions:Known:1:Region", "x", "Regions:Known:1:Region is not a setting")]
    [InlineData("Registry:Region", "mars", "Regions:Known has no region 'mars', which is this node's (Registry:Region)")]
    [InlineData("Regions:ConnectTimeout", "0", "Regions:ConnectTimeout must be between")]
    [InlineData("Regions:ResponseTimeout", "01:00:00", "Regions:ResponseTimeout must be between")]
    [InlineData("Regions:CheckInterval", "0", "Regions:CheckInterval must be between")]
    [InlineData("Regions:MaxCalls", "0", "Regions:MaxCalls must be")]
    [InlineData("Regions:MaxTunnels", "-1", "Regions:MaxTunnels must be")]
    public void Read_AProblemInAListOfObjects_IsToldByItsKey(string key, string value, string problem)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Ice:Servers:0:Urls:0"] = "stun:a",
            ["Ice:Regions:0:Name"] = "north",
            ["Ice:Regions:0:Networks:0"] = "10.0.0.0/8",
            ["Regions:Known:0:Name"] = "local",
            ["Regions:Known:0:Url"] = "https://here.example.com/",
            ["Regions:Known:1:Name"] = "eu",
            ["Regions:Known:1:Url"] = "https://eu.example.com",
            [key] = value,
        };

        Problems([.. values.Select(x => (x.Key, x.Value))]).ShouldHaveSingleItem().ShouldStartWith(problem);
    }

    private static Settings Read(params (string Key, string Value)[] values) => Settings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(x => KeyValuePair.Create(x.Key, (string?)x.Value))).Build());

    private static IReadOnlyList<string> Problems(params (string Key, string Value)[] values) =>
        Should.Throw<SettingsException>(() => Read(values)).Problems;
}
