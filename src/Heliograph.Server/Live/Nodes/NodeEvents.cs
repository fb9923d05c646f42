using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Connect;
using Heliograph.Server.Relay;

namespace Heliograph.Server.Live.Nodes;

/// <summary>Events on their way between nodes: words for all that is one of a list, so that a node may know more or fewer of them.</summary>
internal static class NodeEvents
{
    /// <summary>What a caller is told is our own text, with a little of the caller's in it.</summary>
    private const int MaxWhy = 200;

    public static NodeEvent Write(LiveEvent happened) => new()
    {
        Kind = happened.Kind.ToString(),
        At = happened.At,
        Id = happened.FirstId,
        Count = happened.Count,
        Product = happened.Product?.Value,
        Device = happened.Device?.Value,
        IsDeviceKnown = happened.IsDeviceKnown,
        Channel = happened.Channel,
        IsAuthorized = happened.IsAuthorized,
        Sender = happened.Sender.ToString(),
        Address = happened.Address?.ToString(),
        Reason = happened.Reason.ToString(),
        Seconds = happened.Duration.TotalSeconds,
        Messages = happened.Messages,
        Call = happened.Call,
        Code = happened.Code,
        Why = happened.Why is { Length: > MaxWhy } why ? $"{why[..MaxWhy]}…" : happened.Why,
        Actor = happened.Actor?.Name ?? happened.Actor?.Id,
    };

    /// <summary>The event; null where this node knows no such kind.</summary>
    public static LiveEvent? Read(NodeEvent told, string node)
    {
        if (ReadWord<LiveEventKind>(told.Kind) is not { } kind)
            return null;
        return new(kind, told.At.ToUniversalTime())
        {
            Node = node,
            FirstId = told.Id,
            Count = Math.Max(1, told.Count),
            Product = ProductId.TryParse(told.Product, out var product) ? product : null,
            Device = DeviceId.TryParse(told.Device, out var device) ? device : null,
            IsDeviceKnown = told.IsDeviceKnown,
            Channel = told.Channel,
            IsAuthorized = told.IsAuthorized,
            Sender = ReadWord<Role>(told.Sender) ?? default,
            Address = IPAddress.TryParse(told.Address, out var address) ? address : null,
            Reason = ReadWord<EndReason>(told.Reason) ?? EndReason.None,
            Duration = TimeSpan.FromSeconds(Math.Clamp(told.Seconds, 0, TimeSpan.MaxValue.TotalSeconds / 2)),
            Messages = told.Messages,
            Call = told.Call ?? (kind is LiveEventKind.CallAnswered or LiveEventKind.CallRefused ? "" : null),
            Code = told.Code,
            Why = told.Why,
            Actor = told.Actor is { } actor ? new("", actor, actor, "", null) : null,
        };
    }

    private static T? ReadWord<T>(string? word) where T : struct, Enum =>
        // A number would be parsed, too.
        Enum.TryParse<T>(word, out var value) && value.ToString() == word ? value : null;
}
