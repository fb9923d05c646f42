using System.CommandLine;
using Heliograph;

var root = new RootCommand("Heliograph, a WebRTC signaling service that you run yourself.") { ServeCommand.Create() };
return await root.Parse(args).InvokeAsync();
