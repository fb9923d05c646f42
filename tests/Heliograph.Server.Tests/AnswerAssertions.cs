using System.Net;
using Heliograph.Testing;

namespace Heliograph.Server.Tests;

internal static class AnswerAssertions
{
    /// <summary>The answer is an error in the protocol's form: both fields, as texts, and nothing else.</summary>
    public static void ShouldBeError(this ApiAnswer answer, HttpStatusCode status, string code, string? message = null)
    {
        answer.Status.ShouldBe(status, answer.Body);
        answer.ContentType.ShouldBe("application/json");
        answer.Json.Fields().ShouldBe(["message", "code"]);
        answer.Code.ShouldBe(code, answer.Body);
        answer.Message.ShouldNotBeNullOrEmpty();
        if (message is not null)
            answer.Message.ShouldContain(message);
    }
}
