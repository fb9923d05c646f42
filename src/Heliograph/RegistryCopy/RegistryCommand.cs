using System.CommandLine;
using Heliograph.Server.Registry;
using Heliograph.Terminal;

namespace Heliograph.RegistryCopy;

/// <summary><c>heliograph registry</c>: what is done to a registry while no service uses it.</summary>
internal static class RegistryCommand
{
    public static Command Create() => new("registry", "Move a registry to another database.") { CreateCopy() };

    private static Command CreateCopy()
    {
        var from = new Option<string>("--from") { Description = "The registry: sqlite:FILE or postgres:CONNECTION.", HelpName = "PLACE", Required = true };
        var to = new Option<string>("--to") { Description = "Where it goes, in the same form.", HelpName = "PLACE", Required = true };
        var password = new Option<string?>("--password-file")
        {
            Description = "A file with the password for PostgreSQL, which is then in no CONNECTION; the environment variable PGPASSWORD will do, too.",
            HelpName = "FILE",
        };
        var replace = new Option<bool>("--replace") { Description = "Delete what the target has. Without it, a target that has anything is left as it is." };
        var command = new Command("copy", "Copy all of a registry into another database: all of it or nothing. Stop the service first.") { from, to, password, replace };
        command.Runs(async (result, output, cancellationToken) =>
        {
            var secret = result.GetValue(password) is { } file ? TextFile.Read(password.Name, file).Trim() : null;
            await using var source = RegistryPlace.Read(from.Name, result.GetRequiredValue(from), secret);
            await using var target = RegistryPlace.Read(to.Name, result.GetRequiredValue(to), secret);
            if (source.Name == target.Name)
                throw new CommandException($"{to.Name}: is the same database as {from.Name}", ExitCodes.Usage);
            try
            {
                await source.OpenAsync(mustExist: true, cancellationToken);
                await target.OpenAsync(mustExist: false, cancellationToken);
                var counts = await Copying.RunAsync(source, target, result.GetValue(replace), output, cancellationToken);
                output.Table(["TABLE", "ROWS"], counts.Select(x => (string[])[x.Table, $"{x.Rows}"]));
                output.Note($"Copied {source.Name} to {target.Name}.");
            }
            catch (Exception error) when (RegistryErrors.IsOfDatabase(error))
            {
                throw new CommandException($"nothing was copied: {RegistryErrors.ReasonOf(error)}", ExitCodes.Unavailable);
            }
        });
        return command;
    }
}
