using Heliograph.Protocol;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Hosting;

/// <summary>Bodies whose framing, not their content, is wrong.</summary>
public sealed class RequestFramingTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    [Theory]
    [InlineData("ffffffff0")]
    [InlineData("7fffffff7")]
    [InlineData("xyz")]
    [InlineData("-1")]
    public async Task Body_WithBadChunkSize_IsABadRequest(string size)
    {
        await using var connection = await RawConnection.ConnectAsync(fixture.Api.BaseUrl);

        await connection.SendAsync($"POST /v1/ice-servers HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\n{{}}");

        var answer = (await connection.ReadAnswerAsync())!;
        answer.Status.ShouldBe(400);
        answer.ErrorCode.ShouldBe(ErrorCodes.BadRequest);
    }
}
