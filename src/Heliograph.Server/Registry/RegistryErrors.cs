using System.Data.Common;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Registry;

/// <summary>Tells failures of the database from all others.</summary>
internal static class RegistryErrors
{
    /// <summary>SQLSTATE of a deadlock: PostgreSQL, appendix A.</summary>
    private const string DeadlockDetected = "40P01";

    private const int MostTries = 5;

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

    /// <summary>
    /// Does once more what the database has ended because it and another transaction each waited for the other's rows: the other one has gone on.
    /// </summary>
    /// <param name="transaction">One whole transaction, of which nothing is left where it fails.</param>
    public static async Task DespiteDeadlocksAsync(Func<Task> transaction)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await transaction();
                return;
            }
            catch (Exception error) when (tries < MostTries && FindDatabaseError(error)?.SqlState == DeadlockDetected)
            {
                // Again.
            }
        }
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
