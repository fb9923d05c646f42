using System.CommandLine;
using Heliograph.Doctor;
using Heliograph.Peers;
using Heliograph.Profiles;
using Heliograph.Serving;
using Heliograph.Terminal;

namespace Heliograph;

/// <summary>The whole command line: each command is made in the folder of what it is about.</summary>
internal static class HeliographCommand
{
    public static RootCommand Create() => new("Heliograph, a WebRTC signaling service that you run yourself.")
    {
        Output.JsonOption,
        ServeCommand.Create(),
        LoginCommand.CreateLogin(),
        LoginCommand.CreateLogout(),
        ProfileCommand.Create(),
        DoctorCommand.Create(),
        new Command("device", "Devices.") { DeviceRunCommand.Create() },
        ConnectCommand.Create(),
    };
}
