using Heliograph.Server.Backplane;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Heliograph.Backplane.RabbitMq;

/// <summary>Adds the backplane of a cluster in place of the in-process one.</summary>
internal static class RabbitMqCluster
{
    /// <summary>How long the directory may take to answer: no peer is made to wait for a database that is lost.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <param name="services">What the service is made of.</param>
    /// <param name="directory">How the directory's database is reached.</param>
    /// <param name="patience">How long it may take to answer; where it is lost, peers wait so long. Three seconds where null.</param>
    public static void Add(IServiceCollection services, NpgsqlConnectionStringBuilder directory, TimeSpan? patience = null)
    {
        var seconds = (int)(patience ?? Patience).TotalSeconds;
        var connection = new NpgsqlConnectionStringBuilder(directory.ConnectionString)
        {
            ApplicationName = "heliograph directory",
            Timeout = seconds,
            CommandTimeout = seconds,
            MaxPoolSize = 12,
            // Seconds; a connection that was cut without a word is found out.
            KeepAlive = 5,
            MaxAutoPrepare = 20,
        };
        services.AddSingleton<RabbitMqMetrics>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<RabbitMqBackplane>(provider, NpgsqlDataSource.Create(connection.ConnectionString)));
        services.Replace(ServiceDescriptor.Singleton<IBackplane>(provider => provider.GetRequiredService<RabbitMqBackplane>()));
        services.Replace(ServiceDescriptor.Singleton<INodeBus>(provider => provider.GetRequiredService<RabbitMqBackplane>()));
    }
}
