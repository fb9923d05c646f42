using System.CommandLine;
using Heliograph.Profiles;
using Heliograph.Terminal;

namespace Heliograph.Management;

/// <summary>What commands over the management API have in common: the options that name the service, and a client for it.</summary>
internal static class ManagementCommand
{
    /// <summary>Sets what a command does with a service, and adds the options that name the service.</summary>
    public static Command Manages(this Command command, Func<ParseResult, ManagementClient, Output, CancellationToken, Task> action)
    {
        TargetOptions.AddTo(command);
        command.Runs(async (result, output, cancellationToken) =>
        {
            using var client = new ManagementClient(TargetOptions.Read(result));
            await action(result, client, output, cancellationToken);
        });
        return command;
    }
}
