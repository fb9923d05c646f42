using System.Net;

namespace Heliograph.Program.Tests.Tokens;

/// <summary><c>token device</c> and <c>token client</c>, with their tokens shown to a service.</summary>
public sealed class MakeTokenTests(SharedService service) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TokenDevice_Printed_ConnectsTheDevice()
    {
        using var device = await service.CreateDeviceAsync(_folder);

        var run = await TokenRun.RunAsync("device", device.Address.ToString(), "--key", device.DeviceKeyFile);

        run.ExitCode.ShouldBe(0, run.Log);
        run.Output.Trim().ShouldHaveSingleLine();
        (await service.Api.ConnectDeviceAsync(device.Address, run.Output.Trim())).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task TokenClient_AsJson_ConnectsAClient()
    {
        using var device = await service.CreateDeviceAsync(_folder);
        var before = DateTimeOffset.UtcNow;

        var run = await TokenRun.RunAsync("client", device.Address.ToString(), "--key", device.ProductKeyFile, "--lifetime", "90m", "--json");

        run.ExitCode.ShouldBe(0, run.Log);
        (await service.Api.ConnectClientAsync(device.Address, run.Json.Text("token"))).Status.ShouldBe(HttpStatusCode.OK);
        run.Json.Text("keyId").ShouldBe(device.ProductKey.IdFor(Protocol.KeyOwner.Product).Value);
        run.Json.Text("scope").ShouldBe("client:connect turn");
        run.Json.Text("resource").ShouldBe(device.Address.Resource);
        run.Json["expiresAt"]!.GetValue<DateTimeOffset>().ShouldBeInRange(before.AddMinutes(90).AddSeconds(-1), DateTimeOffset.UtcNow.AddMinutes(90));
    }

    [Fact]
    public async Task Scope_Given_IsTheTokens()
    {
        using var device = await service.CreateDeviceAsync(_folder);
        var run = await TokenRun.RunAsync("device", device.Address.ToString(), "--key", device.DeviceKeyFile, "--scope", "turn");

        (await service.Api.ConnectDeviceAsync(device.Address, run.Output.Trim())).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData(1, "there is no file 'none.pem'", "wp-39wu7tex/wd-3xtqp3hy4xxy3av3", "--key", "none.pem")]
    [InlineData(2, "--key", "wp-39wu7tex/wd-3xtqp3hy4xxy3av3")]
    [InlineData(2, "'wp-39wu7tex/x' is not a device ID", "wp-39wu7tex/x", "--key", "none.pem")]
    [InlineData(2, "'soon' is not a time", "wp-39wu7tex/wd-3xtqp3hy4xxy3av3", "--key", "none.pem", "--lifetime", "soon")]
    [InlineData(2, "'0s' is not a time", "wp-39wu7tex/wd-3xtqp3hy4xxy3av3", "--key", "none.pem", "--lifetime", "0s")]
    [InlineData(2, "whole seconds", "wp-39wu7tex/wd-3xtqp3hy4xxy3av3", "--key", "none.pem", "--lifetime", "500ms")]
    public async Task Input_ThatIsWrong_IsTold(int code, string said, params string[] arguments)
    {
        var run = await TokenRun.RunAsync(["device", .. arguments]);

        run.ExitCode.ShouldBe(code, run.Log);
        run.Log.ShouldContain(said.Replace("'wp-39wu7tex/x' is", "'x' is", StringComparison.Ordinal));
        run.Log.ShouldNotContain("   at ");
        run.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task KeyFile_WithAPublicKey_IsTold()
    {
        using var key = new SigningKey();

        var run = await TokenRun.RunAsync("client", "wp-39wu7tex/wd-3xtqp3hy4xxy3av3", "--key", _folder.Write("public.pem", key.PublicPem));

        run.ExitCode.ShouldBe(1);
        run.Log.Trim().ShouldHaveSingleLine().ShouldContain("is a public key");
    }
}
