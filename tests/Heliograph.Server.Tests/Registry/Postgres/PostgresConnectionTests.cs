using Heliograph.Registry.Postgres;
using Heliograph.Server.Hosting;

namespace Heliograph.Server.Tests.Registry.Postgres;

/// <summary>Connection strings as people write them.</summary>
public sealed class PostgresConnectionTests
{
    [Theory]
    [InlineData("Host=db.example;Port=5433;Database=helio;Username=u;Password=p@ss word")]
    [InlineData("host = db.example ; port=5433; database=helio; user id=u; password=p@ss word")]
    [InlineData("postgres://u:p%40ss%20word@db.example:5433/helio")]
    [InlineData("postgresql://u:p%40ss%20word@db.example:5433/helio?application_name=heliograph")]
    public void Read_EveryForm_MeansTheSame(string text)
    {
        var connection = PostgresConnection.Read("x", text);

        (connection.Host, connection.Port, connection.Database, connection.Username, connection.Password)
            .ShouldBe(("db.example", 5433, "helio", "u", "p@ss word"));
        (connection.Timeout, connection.ApplicationName).ShouldBe((3, "heliograph"));
    }

    [Fact]
    public void Read_WhatIsWritten_GoesBeforeWhatIsChosen()
    {
        PostgresConnection.Read("x", "Host=a;Database=b;Timeout=9;Maximum Pool Size=7").ShouldSatisfyAllConditions(x => x.Timeout.ShouldBe(9), x => x.MaxPoolSize.ShouldBe(7));
        PostgresConnection.Read("x", "postgres://a/b?sslmode=require&timeout=9").ShouldSatisfyAllConditions(x => x.Timeout.ShouldBe(9), x => x.SslMode.ShouldBe(Npgsql.SslMode.Require));
    }

    [Theory]
    [InlineData("hunter2")]
    [InlineData("Host=a;Database=b;Password=one;hunter2=three")]
    [InlineData("Host=a;Database=b;Port=hunter2")]
    [InlineData("Password=hunter2;Database=b")]
    [InlineData("Password=hunter2;Host=a")]
    [InlineData("postgres://u:hunter2@a")]
    [InlineData("postgres://u:hunter2@/b")]
    [InlineData("postgres://u:hunter2@a:port/b")]
    [InlineData("postgres://u:p@a/b?hunter2")]
    [InlineData("postgres://u:p@a/b?hunter2=1")]
    public void Read_WhatIsWrong_IsToldByItsNameWithoutTheText(string text)
    {
        var problem = Should.Throw<SettingsException>(() => PostgresConnection.Read("Registry:Postgres", text)).Problems.Single();

        problem.ShouldStartWith("Registry:Postgres ");
        problem.ShouldNotContain("hunter2");
    }
}
