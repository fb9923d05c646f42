using System.Data.Common;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Registry;

/// <summary>Tells failures of the database from all others.</summary>
internal static class RegistryErrors
{
    /// <summary>
    /// Whether the database failed, or could not be reached in time. Providers wrap this in many ways: EF Core makes an InvalidOperationException
    /// of what might pass by itself.
    /// </summary>
    public static bool IsOfDatabase(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is DbException or DbUpdateException or TimeoutException or SocketException)
                return true;
        }

        return false;
    }

    /// <summary>What failed, in one line.</summary>
    public static string ReasonOf(Exception error)
    {
        var cause = error.GetBaseException();
        // "Connection refused" alone does not say where.
        return cause is IOException or SocketException or TimeoutException && FindDatabaseError(error) is { } failed ? failed.Message : cause.Message;
    }

    private static DbException? FindDatabaseError(Exception? error) => error is null or DbException ? (DbException?)error : FindDatabaseError(error.InnerException);
}
