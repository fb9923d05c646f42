using Microsoft.AspNetCore.Http;

namespace Heliograph.Server.Connect;

/// <summary>Has a connect call wait for its turn before anything of it is read.</summary>
internal sealed class ConnectAdmission(ConnectQueue queue) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        await queue.EnterAsync();
        using var turn = new ConnectTurn(queue);
        context.HttpContext.Features.Set(turn);
        return await next(context);
    }
}

/// <summary>The turn of a connect call. It ends with the call, or when another region goes on with it.</summary>
internal sealed class ConnectTurn(ConnectQueue queue) : IDisposable
{
    private bool _isOver;

    public void Dispose()
    {
        if (!_isOver)
            queue.Leave();
        _isOver = true;
    }
}
