using System.CommandLine;
using Heliograph.ApiKeys;
using Heliograph.Audit;
using Heliograph.Completion;
using Heliograph.Devices;
using Heliograph.Doctor;
using Heliograph.Keys;
using Heliograph.Nodes;
using Heliograph.Peers;
using Heliograph.Products;
using Heliograph.Profiles;
using Heliograph.RegistryCopy;
using Heliograph.Serving;
using Heliograph.Terminal;
using Heliograph.Tokens;
using Heliograph.Turn;
using Heliograph.UsageReport;
using Heliograph.Verify;

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
        ProductCommand.Create(),
        DeviceCommand.Create(),
        KeyCommand.Create(),
        ApiKeyCommand.Create(),
        UsageCommand.Create(),
        AuditCommand.Create(),
        NodeCommand.Create(),
        TurnCommand.Create(),
        TokenCommand.Create(),
        RegistryCommand.Create(),
        DoctorCommand.Create(),
        VerifyCommand.Create(),
        ConnectCommand.Create(),
        CompletionCommand.Create(),
    };
}
