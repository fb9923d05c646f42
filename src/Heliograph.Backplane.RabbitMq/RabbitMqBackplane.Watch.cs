using System.Collections.Concurrent;
using System.Data.Common;
using Heliograph.Server.Backplane;

namespace Heliograph.Backplane.RabbitMq;

// Who lives, who is lost, and whether this node itself is.
internal sealed partial class RabbitMqBackplane
{
    /// <summary>A node that neither writes to the directory nor is heard for so many times the timeout has long been gone.</summary>
    private const int ForgottenTimeouts = 3;

    private const string NoQueue = "it has no queue";

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _registered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _claimAll = new(0);
    private readonly ConcurrentBag<Place> _unreleased = [];
    private readonly ConcurrentDictionary<NodeAddress, Suspicion> _toLose = new();
    private Task _watching = Task.CompletedTask;
    private volatile string _claimReason = "";
    private long _tickedAt;
    private long _heardSelfAt;
    private long _leftBehindAt;
    private long _backAt;
    private volatile bool _isDirectoryLost;
    private volatile bool _isDirectoryWatched = true;
    private volatile bool _isPrepared;
    private volatile bool _isCutOff;
    private volatile bool _reachesAll;
    private volatile bool _isStale;
    private long _lastBeat;
    private long _freshBeat;

    public BackplaneState State =>
        _isCutOff ? BackplaneState.CutOff
        : _reachesAll && !_isDirectoryLost ? BackplaneState.Connected
        : BackplaneState.Degraded;

    /// <summary>Whether this process was stopped for so long that the others hold it to be lost.</summary>
    private bool HasHung => _time.GetElapsedTime(Volatile.Read(ref _tickedAt)) > _options.NodeTimeout;

    /// <summary>
    /// Whether it says that a node is gone, when it has no queue. Not while the broker comes back: the others may be on their way to it, as this
    /// node was.
    /// </summary>
    private bool CanMissQueues =>
        _reachesAll && (Volatile.Read(ref _backAt) is var since && (since == 0 || _time.GetElapsedTime(since) > _options.NodeTimeout));

    public void Opened()
    {
        _heardSelfAt = _time.GetTimestamp();
        Beat();
    }

    public void Lost()
    {
        _reachesAll = false;
        _outstanding.CompleteAll(SendOutcome.Unreachable);
    }

    private void StartWatching()
    {
        _tickedAt = _time.GetTimestamp();
        _watching = Task.WhenAll(Task.Run(BeatAsync), Task.Run(WatchDirectoryAsync), Task.Run(ClaimAllAsync));
    }

    private async Task StopWatchingAsync()
    {
        await _stop.CancelAsync();
        await _watching;
    }

    /// <summary>Tells the others that this node lives, and looks whom nothing is heard of.</summary>
    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(_options.BeatInterval, _time);
        var joinedAt = _time.GetTimestamp();
        while (await TickAsync(timer))
        {
            if (HasHung)
            {
                NoticeHang();
                // The others were not silent: this node did not listen.
                _members.Forgive();
                Volatile.Write(ref _heardSelfAt, _time.GetTimestamp());
                Volatile.Write(ref _leftBehindAt, 0);
                ClaimAllLater("this process was stopped for a while");
            }

            Volatile.Write(ref _tickedAt, _time.GetTimestamp());
            Beat();
            if (_time.GetElapsedTime(joinedAt) > _options.NodeTimeout)
            {
                _joined.TrySetResult();
                _registered.TrySetResult();
            }

            if (_time.GetElapsedTime(Volatile.Read(ref _heardSelfAt)) > _options.NodeTimeout)
                _reachesAll = false;
            // Whoever hears nothing of itself can't tell who else is silent.
            foreach (var silent in _reachesAll ? _members.FindSilent() : [])
                LoseLater(silent, "nothing is heard of it");
            _outstanding.Sweep();
            _routes.Sweep();
        }
    }

    private void Beat() => _broker.TrySendToAll(new(Wire.NodeMessageKind.Beat) { Id = Interlocked.Increment(ref _lastBeat), Status = Status });

    /// <summary>
    /// What waits here since this process was stopped is old, and its senders have given it up. It ends with the first beat that this
    /// node sends itself from now on: the queue is in order.
    /// </summary>
    private void NoticeHang()
    {
        Volatile.Write(ref _freshBeat, Volatile.Read(ref _lastBeat) + 1);
        _isStale = true;
    }

    private void TakeBeat(NodeAddress sender, long number, NodeStatus? status)
    {
        if (sender == _self)
        {
            if (number >= Volatile.Read(ref _freshBeat))
                _isStale = false;
            Volatile.Write(ref _heardSelfAt, _time.GetTimestamp());
            if (_reachesAll)
                return;

            // The first time there is nothing to claim, and nobody to wait for.
            var isFirst = _joined.TrySetResult();
            if (!isFirst)
                Volatile.Write(ref _backAt, _time.GetTimestamp());
            _members.Forgive();
            _reachesAll = true;
            _isCutOff = false;
            if (!isFirst)
                ClaimAllLater("the broker is reached");
            return;
        }

        _members.Heard(sender, status);
    }

    /// <summary>A node is there that was not known to be.</summary>
    private void Meet(NodeAddress sender)
    {
        _logger.NodeFound(sender);
        if (sender.Name == Name)
            _logger.NameTaken(Name);
        // It may have missed this node's beats until now, and has not to wait for the next.
        _broker.TrySend(sender, new(Wire.NodeMessageKind.Beat) { Status = Status });
    }

    /// <summary>Keeps this node registered in the directory, and takes out of it who is gone.</summary>
    private async Task WatchDirectoryAsync()
    {
        using var timer = new PeriodicTimer(_options.BeatInterval, _time);
        do
        {
            if (!_isPrepared && !await TryAskDirectoryAsync(() => _nodes.PrepareAsync(_stop.Token)))
                continue;
            _isPrepared = true;
            _isDirectoryWatched = await TryAskDirectoryAsync(WatchDirectoryOnceAsync);
            // What was not seen of the others is not held against this node.
            if (!_isDirectoryWatched)
                Volatile.Write(ref _leftBehindAt, 0);
        }
        while (await TickAsync(timer));
    }

    private async Task WatchDirectoryOnceAsync()
    {
        // The first time there is nothing to claim.
        if (!await _nodes.BeatAsync(_reachesAll, _stop.Token) && !_registered.TrySetResult())
            ClaimAllLater("the directory does not know this node any more");
        while (_unreleased.TryTake(out var place))
        {
            await _places.ReleaseAsync(place);
            ClaimAllLater("places were released late, and may be held again");
        }

        foreach (var (node, suspicion) in _toLose)
        {
            if (_members.IsHeardSince(node, suspicion.Since))
                _toLose.TryRemove(node, out _);
            else
                await LoseAsync(node, suspicion.Reason);
        }

        var nodes = await _nodes.ListAsync(_stop.Token);
        foreach (var (node, _, age) in nodes)
        {
            if (node != _self && age > ForgottenTimeouts * _options.NodeTimeout && !_members.Alive.Contains(node))
                await _nodes.DeleteAsync(node, _stop.Token);
        }

        FindIfCutOff(othersReachIt: nodes.Any(x => x.Node != _self && x.HasBroker && x.Age < _options.NodeTimeout));
    }

    /// <summary>
    /// This node alone is cut off where others have reached the broker for all of the timeout, and it has not: of a broker that comes back, one
    /// node hears a second before the next.
    /// </summary>
    private void FindIfCutOff(bool othersReachIt)
    {
        if (_reachesAll || _isCutOff || !othersReachIt || HasHung)
        {
            Volatile.Write(ref _leftBehindAt, 0);
            return;
        }

        if (Interlocked.CompareExchange(ref _leftBehindAt, _time.GetTimestamp(), 0) is var since && (since == 0 || _time.GetElapsedTime(since) < _options.NodeTimeout))
            return;
        _isCutOff = true;
        _logger.CutOff();
        _node.CutOff();
    }

    /// <summary>Has all claimed again as soon as broker and directory can be used, and for as long as there is reason to.</summary>
    private void ClaimAllLater(string reason)
    {
        _claimReason = reason;
        if (_claimAll.CurrentCount == 0)
            _claimAll.Release();
    }

    private async Task ClaimAllAsync()
    {
        try
        {
            while (true)
            {
                await _claimAll.WaitAsync(_stop.Token);
                // When it can, it is asked to again.
                if (!_isPrepared || !_reachesAll)
                    continue;
                using var timer = new PeriodicTimer(_options.BeatInterval, _time);
                _logger.ClaimingAll(_claimReason);
                // What was known of before may be long over.
                _routes.Clear();
                await _node.ClaimAllAsync(_stop.Token);
                if (_claimAll.CurrentCount > 0)
                    await timer.WaitForNextTickAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The node leaves.
        }
    }

    /// <summary>Has a node held to be gone, unless it is heard meanwhile.</summary>
    private void LoseLater(NodeAddress node, string reason) => _toLose.TryAdd(node, new(reason, _time.GetTimestamp()));

    /// <summary>A node is gone: what it held is free, and nobody waits for it.</summary>
    private async Task LoseAsync(NodeAddress node, string reason)
    {
        _toLose.TryRemove(node, out _);
        if (_members.Lose(node))
        {
            _metrics.NodeLost();
            _logger.NodeLost(node, reason);
        }

        _routes.Forget(node);
        _outstanding.CompleteAll(node, SendOutcome.NodeGone);
        await TryAskDirectoryAsync(() => _nodes.DeleteAsync(node, _stop.Token));
    }

    /// <summary>Asks the directory. Null where it can't be used; the log says so once.</summary>
    private async Task<T?> TryAskDirectoryAsync<T>(Func<Task<T>> ask) where T : class
    {
        try
        {
            var answer = await ask();
            if (_isDirectoryLost)
                _logger.DirectoryFound();
            _isDirectoryLost = false;
            return answer;
        }
        catch (Exception error) when (error is DbException or TimeoutException or IOException or System.Net.Sockets.SocketException)
        {
            if (!_isDirectoryLost)
                _logger.DirectoryLost(error.GetBaseException().Message);
            _isDirectoryLost = true;
            return null;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <returns>Whether it could be asked.</returns>
    private async Task<bool> TryAskDirectoryAsync(Func<Task> ask) =>
        await TryAskDirectoryAsync(async () =>
        {
            await ask();
            return this;
        }) is not null;

    private async Task<bool> TickAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Why a node may be gone, and since when.</summary>
    private sealed record Suspicion(string Reason, long Since);
}
