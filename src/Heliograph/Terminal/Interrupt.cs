using System.Runtime.InteropServices;

namespace Heliograph.Terminal;

/// <summary>Cancels a command at the first SIGINT or SIGTERM; a second one gets the default, the end at once, and so does one that comes while input is awaited.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interrupt() => _registrations =
        [PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal)];

    public CancellationToken Token => _cancel.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _cancel.Dispose();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        if (_cancel.IsCancellationRequested || StandardInput.IsBeingRead)
            return;
        signal.Cancel = true;
        _cancel.Cancel();
    }
}
