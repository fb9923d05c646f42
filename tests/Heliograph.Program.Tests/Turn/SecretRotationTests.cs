using System.Net;

namespace Heliograph.Program.Tests.Turn;

/// <summary>The secret that coturn and the service share is replaced, as docs/turn.md says it: nobody who has credentials is refused.</summary>
public sealed class SecretRotationTests
{
    private const int Granted = 0, WrongCredentials = 401;

    [Fact]
    public async Task Secret_ReplacedStepByStep_LeavesNoGap()
    {
        using var folder = new TempFolder();
        using var key = new SigningKey();
        await using var service = await ServeAsync(folder, "old");
        using var api = service.CreateApiClient();
        var device = await api.CreateDeviceAsync(await api.CreateProductAsync(), key);
        var before = await CredentialsAsync(api, device, key);
        await using var coturn = await Coturn.StartAsync(folder, "old");
        (await TryAsync(coturn, before)).ShouldBe(Granted);

        // First coturn takes both.
        await using var withBoth = await coturn.RestartAsync(file => file.Replace("static-auth-secret=old", "static-auth-secret=new\nstatic-auth-secret=old", StringComparison.Ordinal));
        (await TryAsync(withBoth, before)).ShouldBe(Granted);

        // Then the service signs with the new one.
        await service.KillAsync();
        await using var restarted = await ServeAsync(folder, "new");
        using var newApi = restarted.CreateApiClient();
        var after = await CredentialsAsync(newApi, device, key);
        after.Credential.ShouldNotBe(before.Credential);
        (await TryAsync(withBoth, before)).ShouldBe(Granted);
        (await TryAsync(withBoth, after)).ShouldBe(Granted);

        // Once all old credentials have expired, coturn forgets the old one.
        await using var withNew = await withBoth.RestartAsync(file => file.Replace("static-auth-secret=old", "", StringComparison.Ordinal));
        (await TryAsync(withNew, before)).ShouldBe(WrongCredentials);
        (await TryAsync(withNew, after)).ShouldBe(Granted);
    }

    private static Task<int> TryAsync(Coturn coturn, (string Username, string Credential) credentials) =>
        TurnClient.TryAsync(coturn.Port, credentials.Username, credentials.Credential);

    private static Task<HeliographProcess> ServeAsync(TempFolder folder, string secret) => HeliographProcess.ServeAsync(
        folder.Sub("data"),
        new Dictionary<string, string> { ["HELIOGRAPH_Ice__TurnUrls"] = "turn:turn.example.com", ["HELIOGRAPH_Ice__TurnSecret"] = secret });

    private static async Task<(string Username, string Credential)> CredentialsAsync(ApiClient api, Protocol.DeviceAddress device, SigningKey key)
    {
        var server = (await api.IceServersAsync(device, key.DeviceToken(device))).Require(HttpStatusCode.OK)["iceServers"]!.AsArray().ShouldHaveSingleItem()!;
        return (server.Text("username"), server.Text("credential"));
    }
}
