using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace Heliograph.Serving;

/// <summary>
/// What signals do to the service: the first SIGTERM or SIGINT stops it in order, a second one gets the default, the end at once.
/// (The framework's own takes every signal for itself, so that only <c>kill -9</c> would end a service that hangs in its stop.)
/// </summary>
internal sealed class SignalLifetime(IHostApplicationLifetime lifetime) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private void OnSignal(PosixSignalContext signal)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return;
        signal.Cancel = true;
        lifetime.StopApplication();
    }
}
