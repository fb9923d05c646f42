using System.Net;

namespace Heliograph.Server.Tests.Console;

/// <summary>The log says who signed in and who was refused, and never with what.</summary>
public sealed class ConsoleLogTests
{
    [Fact]
    public async Task Log_OfSignIns_SaysWhoAndHasNoSecret()
    {
        await using var service = await TestService.StartAsync();
        using var visit = new ConsoleVisit(service);
        var wrong = "hgk_wrongwrongwr_" + new string('w', 52);
        await visit.SignInAsync(wrong);
        await visit.SignInAsync("a password typed into the wrong field");
        await visit.SignInAsync(service.Api.ApiKey);
        var session = visit.Session!;
        var token = (await visit.GetAsync("/console/products")).Token;
        await visit.PostAsync("/console/sign-out", new() { ["__RequestVerificationToken"] = token + "x" });
        await visit.PostAsync("/console/sign-out", new() { ["__RequestVerificationToken"] = token });
        visit.Session.ShouldBeNull();
        visit.Cookies["heliograph-session"] = session[..^4];
        (await visit.GetAsync("/console/products")).Status.ShouldBe(HttpStatusCode.Redirect);

        LinesOf("A sign-in to the console from 127.0.0.1 was refused: This API key is unknown").Count().ShouldBe(2);
        LinesOf("of or-operator signed in to the console as manager from 127.0.0.1").ShouldHaveSingleItem();
        LinesOf("of or-operator signed out of the console").ShouldHaveSingleItem();
        foreach (var secret in (string[])[wrong, wrong[4..16], "typed into", service.Api.ApiKey, service.Api.ApiKey[^52..], session, session[20..60], token, visit.Cookies["heliograph-form"]])
            service.Log.ShouldAllBe(line => !line.Contains(secret, StringComparison.OrdinalIgnoreCase));

        IEnumerable<string> LinesOf(string text) => service.Log.Where(line => line.Contains(text, StringComparison.Ordinal));
    }
}
