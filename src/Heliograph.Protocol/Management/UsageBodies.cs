namespace Heliograph.Protocol.Management;

/// <summary>What a product or device has used, by calendar month in UTC.</summary>
/// <param name="SignalingMessageCount">Messages relayed, in both directions.</param>
/// <param name="RelayByteCount">Bytes relayed by TURN servers.</param>
public sealed record Usage(UsageByMonth SignalingMessageCount, UsageByMonth RelayByteCount);

/// <summary>A count in this month and the last.</summary>
/// <param name="ThisMonth">Since the first of this month, 00:00 UTC.</param>
/// <param name="LastMonth">In the whole of the month before.</param>
public sealed record UsageByMonth(long ThisMonth, long LastMonth);
