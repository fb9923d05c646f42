using System.Data.Common;

namespace Heliograph.Server.Registry;

/// <summary>Statements that are written out, where EF Core's own would be made anew for each of many rows.</summary>
internal static class PreparedCommands
{
    /// <summary>A command of the transaction, with parameters that have no values yet.</summary>
    public static DbCommand Prepare(this DbTransaction transaction, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = transaction.Connection!.Prepare(sql, parameters);
        command.Transaction = transaction;
        return command;
    }

    /// <summary>A command of the connection, with parameters that have no values yet.</summary>
    public static DbCommand Prepare(this DbConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
