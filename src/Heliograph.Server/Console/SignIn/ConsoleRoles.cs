namespace Heliograph.Server.Console.SignIn;

/// <summary>What people may do in the console. Also the names of the policies that pages ask for.</summary>
public static class ConsoleRoles
{
    /// <summary>Looks at everything of their organization.</summary>
    public const string Viewer = "viewer";

    /// <summary>Changes it, too.</summary>
    public const string Manager = "manager";
}
