using Heliograph.Protocol;
using Microsoft.Extensions.Logging;

namespace Heliograph.Sdk;

/// <summary>What a device and a client have in common. Immutable; checked when a device or client is made of it.</summary>
public abstract record SignalingOptions
{
    private protected SignalingOptions()
    {
    }

    /// <summary>The base URL of the service, e.g. <c>https://signaling.example.com</c>.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The product, e.g. <c>wp-39wu7tex</c>.</summary>
    public required string ProductId { get; init; }

    /// <summary>The device within the product, e.g. <c>wd-3xtqp3hy4xxy3av3</c>.</summary>
    public required string DeviceId { get; init; }

    /// <summary>
    /// The most bytes that a channel holds of messages which the other peer has not acknowledged. At this mark
    /// <see cref="SignalingChannel.SendAsync(System.Text.Json.JsonElement, CancellationToken)"/> waits for room; the last message that
    /// found room may go beyond it. 1 MiB by default.
    /// </summary>
    public int MaxUnacknowledgedBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// The most bytes that a channel holds of messages which have arrived and which the application has not read. A channel that gets
    /// beyond fails: the protocol has no way to hold the other peer back. Each message counts 512 bytes more than it has, since even
    /// the smallest holds that. 1 MiB by default.
    /// </summary>
    public int MaxUnreadBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// The most bytes of one message on the wire, all layers included; the service closes connections that send more than it takes.
    /// 64 KiB by default, as the service's own.
    /// </summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// How HTTP calls and the WebSocket's opening go out: a proxy, a certificate, HTTP/2. It is not disposed. Null for the usual way.
    /// </summary>
    public HttpMessageHandler? HttpHandler { get; init; }

    /// <summary>The clock, for waits and timeouts.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where logs go; nowhere where null. Tokens, secrets, signaling URLs and messages are never logged.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    internal DeviceAddress Address => new(Protocol.ProductId.Parse(ProductId), Protocol.DeviceId.Parse(DeviceId));

    /// <summary>Checks all options.</summary>
    /// <exception cref="ArgumentException">Some are wrong; the message names each.</exception>
    public void Validate()
    {
        var problems = Problems().ToList();
        if (problems.Count > 0)
            throw new ArgumentException(string.Join(Environment.NewLine, problems.Select(problem => $"{GetType().Name}.{problem}")), paramName: null);
    }

    /// <summary>What is wrong: a line each, beginning with the option's name.</summary>
    private protected virtual IEnumerable<string> Problems()
    {
        if (Endpoint is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            yield return $"{nameof(Endpoint)}: must be the absolute http or https URL of the service";
        if (!Protocol.ProductId.TryParse(ProductId, out _))
            yield return $"{nameof(ProductId)}: {TokenInput.Quote(ProductId)} is not a product ID (wp- and 8 of a-z, 0-9)";
        if (!Protocol.DeviceId.TryParse(DeviceId, out _))
            yield return $"{nameof(DeviceId)}: {TokenInput.Quote(DeviceId)} is not a device ID (wd- and 16 of a-z, 0-9)";
        if (MaxUnacknowledgedBytes <= 0)
            yield return $"{nameof(MaxUnacknowledgedBytes)}: must be above 0";
        if (MaxUnreadBytes <= 0)
            yield return $"{nameof(MaxUnreadBytes)}: must be above 0";
        if (MaxMessageBytes < 1024)
            yield return $"{nameof(MaxMessageBytes)}: must be 1024 or more";
        if (TimeProvider is null)
            yield return $"{nameof(TimeProvider)}: must not be null";
    }
}
