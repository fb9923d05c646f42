using Heliograph;
using Heliograph.Terminal;

var result = HeliographCommand.Create().Parse(args);
if (result.Errors.Count > 0 && result.Action is System.CommandLine.Invocation.ParseErrorAction)
{
    if (UsageErrors.IsGroupAlone(result))
        await HeliographCommand.Create().Parse([.. args, "--help"]).InvokeAsync();
    else
        UsageErrors.Write(result, Console.Error);
    return ExitCodes.Usage;
}

// How the service ends on a signal is its own affair: left to the parser, all would be over after two seconds, with another exit code.
var code = await result.InvokeAsync(new() { ProcessTerminationTimeout = null });
return result.Errors.Count > 0 ? ExitCodes.Usage : code;
