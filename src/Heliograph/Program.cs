using System.CommandLine;
using Heliograph;

var root = new RootCommand("Heliograph, a WebRTC signaling service that you run yourself.") { ServeCommand.Create() };
// How the service ends on a signal is its own affair: left to the parser, all would be over after two seconds, with another exit code.
return await root.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null });
