namespace Heliograph.Doctor;

/// <summary>How to examine.</summary>
/// <param name="Timeout">How long a step may wait for an answer.</param>
/// <param name="Idle">How long to keep sockets silent; not at all where null.</param>
/// <param name="TakeOver">Whether a device that is online may lose its connection to the examination.</param>
internal sealed record DoctorOptions(TimeSpan Timeout, TimeSpan? Idle, bool TakeOver);
