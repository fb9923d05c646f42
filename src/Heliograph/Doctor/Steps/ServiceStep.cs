using System.Net;
using Heliograph.Protocol;

namespace Heliograph.Doctor.Steps;

/// <summary>Is a signaling service there? It is known by how it refuses a product that nobody has.</summary>
internal sealed class ServiceStep : IStep
{
    public string Name => "Service";

    public async Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken)
    {
        if (!visit.IsSecured)
            return Finding.Skipped(visit.EndPoint is null ? "there is no connection" : "TLS failed");

        var nobody = new DeviceAddress(ProductId.New(), DeviceId.New());
        var answer = await visit.Caller.ConnectAsync(visit, "/v1/client/connect", nobody, token: null, cancellationToken);
        if (answer is not { Status: HttpStatusCode.NotFound, Error.Code: ErrorCodes.ProductIdNotFound })
            return UnexpectedAnswer.Explain(answer);

        visit.FirstAnswer = answer;
        return Finding.Ok($"a signaling service answers ({Terminal.Durations.Measured(answer.Duration)})");
    }
}
