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
    [InlineData("Ice:TurnUrls:0", "turn:x", "Ice:TurnSecret must be set")]
    [InlineData("Ice:TurnCredentialLifetime", "00:00:01", "Ice:TurnCredentialLifetime must be between")]
    [InlineData("Registry:CacheSize", "0", "Registry:CacheSize must be")]
    [InlineData("Registry:FlushInterval", "00:00:00", "Registry:FlushInterval must be")]
    [InlineData("Registry:FlushInterval", "60.00:00:00", "Registry:FlushInterval must be")]
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

    private static Settings Read(params (string Key, string Value)[] values) => Settings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(x => KeyValuePair.Create(x.Key, (string?)x.Value))).Build());

    private static IReadOnlyList<string> Problems(params (string Key, string Value)[] values) =>
        Should.Throw<SettingsException>(() => Read(values)).Problems;
}
