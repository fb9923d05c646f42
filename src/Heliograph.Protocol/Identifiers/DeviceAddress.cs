namespace Heliograph.Protocol;

/// <summary>A device in the world: its product and its ID within it.</summary>
public readonly record struct DeviceAddress(ProductId Product, DeviceId Device)
{
    /// <summary>The <c>resource</c> of a token that is about this device: <c>urn:nabto:webrtc:{productId}:{deviceId}</c>.</summary>
    public string Resource => $"urn:nabto:webrtc:{Product}:{Device}";

    /// <inheritdoc />
    public override string ToString() => $"{Product}/{Device}";
}
