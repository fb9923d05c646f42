using Heliograph.Terminal;

namespace Heliograph.Doctor.Steps;

/// <summary>What to connect as and to: a device that was named, or one that is made for the examination.</summary>
/// <param name="find">Finds or makes it; null where there is neither a device nor a key to the management API.</param>
internal sealed class IdentityStep(Func<Task<Identity>>? find) : IStep
{
    public string Name => "Test device";

    public async Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken)
    {
        if (visit.FirstAnswer is null)
            return Finding.Skipped("no signaling service answered");
        if (find is null)
        {
            return Finding.Skipped(
                "there is nothing to connect as: the examination ends where tokens begin",
                "Give --api-key-file FILE, or log in with 'heliograph login': a device is then made and removed again. Or name one by --device.");
        }

        try
        {
            visit.Identity = await find();
        }
        catch (CommandException error)
        {
            throw new StepFailedException(
                error.Message, "Peers need no API key, and may be fine. Correct the key or its rights, or name a device by --device.");
        }
        catch (OperationCanceledException)
        {
            throw new StepFailedException("the management API does not answer in time", "Look at the load and the log of the service.");
        }

        var how = visit.Identity.IsTemporary
            ? "made for this examination, and removed after it"
            : (visit.Identity.DeviceKey, visit.Identity.ProductKey) switch
            {
                (not null, not null) => "with its key and its product's",
                (not null, null) => "with its key",
                (null, not null) => "with its product's key",
                _ => "without keys",
            };
        return Finding.Ok($"{visit.Identity.Device}, {how}");
    }
}
