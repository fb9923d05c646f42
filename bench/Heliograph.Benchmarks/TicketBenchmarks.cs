using BenchmarkDotNet.Attributes;
using Heliograph.Protocol;
using Heliograph.Server.Connect;
using Microsoft.AspNetCore.DataProtection;

namespace Heliograph.Benchmarks;

/// <summary>Sealing and opening the ticket of a signaling URL.</summary>
public class TicketBenchmarks
{
    private readonly TicketProtector _protector = new(new EphemeralDataProtectionProvider());
    private Ticket _ticket = null!;
    private string _text = "";

    [GlobalSetup]
    public void Setup()
    {
        var now = DateTime.UtcNow;
        _ticket = new(
            Role.Client, new(ProductId.New(), DeviceId.New()), ChannelId.New(), Authorized: true,
            KeyId.Of(KeyOwner.Product, "a key"u8), now, now.AddDays(1));
        _text = _protector.Protect(_ticket);
    }

    [Benchmark]
    public string Protect() => _protector.Protect(_ticket);

    [Benchmark]
    public object? Unprotect() => _protector.Unprotect(_text);
}
