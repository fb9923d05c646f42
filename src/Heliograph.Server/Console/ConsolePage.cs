using Heliograph.Server.Console.Layout;
using Heliograph.Server.Console.SignIn;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Server.Console;

/// <summary>What the pages of the console have in common. They are rendered once per request; a form is answered by a redirect, or by the page with what was wrong.</summary>
public abstract class ConsolePage : ComponentBase
{
    private bool _isLoaded;

    [CascadingParameter]
    public HttpContext Http { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <summary>Who looks at the page.</summary>
    private protected Visitor Visitor => Visitor.Of(Http.User) ?? throw ApiException.Unauthorized("Sign in first.");

    /// <summary>Cancelled when the browser has left.</summary>
    private protected CancellationToken Aborted => Http.RequestAborted;

    /// <summary>What was wrong with the form that was sent; null where nothing was.</summary>
    private protected string? Problem { get; private set; }

    /// <inheritdoc />
    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        if (!_isLoaded)
        {
            await LoadAsync();
            _isLoaded = true;
        }

        await base.SetParametersAsync(ParameterView.Empty);
    }

    /// <summary>
    /// Reads what the page shows. Nothing is rendered before, so that no page has to do without what it is about. (Blazor renders a page
    /// while its OnInitializedAsync still waits, which a database on another machine makes it do.)
    /// </summary>
    private protected virtual Task LoadAsync() => Task.CompletedTask;

    /// <summary>What was wrong with one field of the form, as <see cref="Management.FieldRules"/> say it; null where it was something else.</summary>
    private protected string? ProblemAt(string field)
    {
        if (Problem is not { } text || !IsAbout(text, field))
            return null;
        var what = text[(field.Length + 1)..].TrimStart();
        return char.ToUpperInvariant(what[0]) + what[1..];
    }

    /// <summary>What was wrong with the form, unless it was one of these fields.</summary>
    private protected string? ProblemBut(params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            if (Problem is { } text && IsAbout(text, field))
                return null;
        }

        return Problem;
    }

    /// <summary>Who changes something, by a form of the page.</summary>
    /// <exception cref="ApiException">403: they may only look.</exception>
    private protected Actor Actor() => Visitor.ActsFrom(Http);

    /// <summary>Does what a form asks for and goes on to another page, or says on this one what was wrong.</summary>
    /// <param name="change">Makes the change; gives the URL to go on to.</param>
    private protected Task SubmitAsync(Func<Task<string>> change) => TryAsync(async () => Navigation.NavigateTo(await change()));

    /// <summary>Does what a form asks for and shows it on this page, or what was wrong.</summary>
    private protected async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (ApiException refusal) when (refusal.Status is StatusCodes.Status400BadRequest or StatusCodes.Status409Conflict or StatusCodes.Status404NotFound)
        {
            Http.Response.StatusCode = refusal.Status;
            Problem = refusal.Message;
        }
    }

    /// <inheritdoc cref="SubmitAsync(Func{Task{string}})"/>
    /// <param name="change">Makes the change.</param>
    /// <param name="next">The URL to go on to.</param>
    /// <param name="notice">What that page says was done; see <see cref="Notices"/>.</param>
    private protected Task SubmitAsync(Func<Task> change, string next, string notice) => SubmitAsync(async () =>
    {
        await change();
        return Notices.On(next, notice);
    });

    /// <summary>Whether a problem is of a field, or of a part of it: "name: has 201 characters…", "tags.line: has…".</summary>
    private static bool IsAbout(string problem, string field) =>
        problem.StartsWith($"{field}: ", StringComparison.Ordinal) || problem.StartsWith($"{field}.", StringComparison.Ordinal);
}
