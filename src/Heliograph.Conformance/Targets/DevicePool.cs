using Heliograph.Protocol;

namespace Heliograph.Conformance.Targets;

/// <summary>Lends devices to checks: each to one at a time, and those that rested longest first.</summary>
internal sealed class DevicePool : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<ProductId, List<TargetDevice>> _free;
    private readonly Dictionary<ProductId, int> _owned;
    private TaskCompletionSource _returned = New();

    public DevicePool(IReadOnlyList<TargetDevice> devices)
    {
        _free = devices.GroupBy(x => x.Product.Id).ToDictionary(x => x.Key, x => x.ToList());
        _owned = _free.ToDictionary(x => x.Key, x => x.Value.Count);
    }

    /// <summary>Lends what a check needs, all at once, when it is free.</summary>
    /// <exception cref="NotCheckedException">There never will be so many.</exception>
    public async Task<Loan> LendAsync(Check check, CancellationToken cancellationToken)
    {
        if (!_owned.Any(x => x.Value >= check.Devices && (check.ForeignDevices == 0 || _owned.Any(other => other.Key != x.Key))))
        {
            throw new NotCheckedException(check.ForeignDevices > 0
                ? "needs devices of two products"
                : $"needs {check.Devices} devices of one product");
        }

        // One waits at a time, so that a check which needs many is not passed over for ever.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                Task returned;
                lock (_free)
                {
                    if (TryTake(check) is { } loan)
                        return loan;
                    returned = _returned.Task;
                }

                await returned.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Return(Loan loan)
    {
        lock (_free)
        {
            foreach (var device in loan.All)
                _free[device.Product.Id].Add(device);
            (var returned, _returned) = (_returned, New());
            returned.SetResult();
        }
    }

    public void Dispose() => _turn.Dispose();

    private Loan? TryTake(Check check)
    {
        foreach (var (product, devices) in _free.OrderByDescending(x => x.Value.Count))
        {
            var foreign = check.ForeignDevices == 0 ? null : _free.Where(x => x.Key != product && x.Value.Count > 0).Select(x => x.Value).FirstOrDefault();
            if (devices.Count < check.Devices || (check.ForeignDevices > 0 && foreign is null))
                continue;
            return new(Take(devices, check.Devices), foreign is null ? null : Take(foreign, 1)[0]);
        }

        return null;
    }

    private static List<TargetDevice> Take(List<TargetDevice> devices, int count)
    {
        var taken = devices.GetRange(0, count);
        devices.RemoveRange(0, count);
        return taken;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Devices that a check has for itself.</summary>
/// <param name="Devices">Of one product.</param>
/// <param name="Foreign">Of another product, where the check needs one.</param>
internal sealed record Loan(IReadOnlyList<TargetDevice> Devices, TargetDevice? Foreign)
{
    public IEnumerable<TargetDevice> All => Foreign is null ? Devices : Devices.Append(Foreign);
}
