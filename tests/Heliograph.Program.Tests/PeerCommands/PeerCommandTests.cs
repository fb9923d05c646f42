using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Heliograph.Protocol;

namespace Heliograph.Program.Tests.PeerCommands;

/// <summary>A device and a client on the terminal that talk through a real service.</summary>
public sealed class PeerCommandTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SigningKey _key = new();

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Connect_WithTheProductsKey_TalksBothWays()
    {
        var address = await RegisterAsync();
        await using var device = await StartDeviceAsync(address);

        await using var client = Start("connect", address, "--key", KeyFile, "--send", "hello", "--count", "1");
        await SeesAsync(device, "#1 < hello");
        await device.TypeAsync("welcome");

        (await client.ExitAsync()).ShouldBe(0, client.Log);
        client.Output.ShouldContain("#1 > hello");
        client.Output.ShouldContain("#1 < welcome");
        await SeesAsync(device, "#1 opened by a client with a token");
        await SeesAsync(device, "#1 > welcome");
        await SeesAsync(device, "#1 closed by the other peer");
    }

    [Fact]
    public async Task Connect_WithAMessageThatIsTooLarge_SaysSoAndEnds()
    {
        var address = await RegisterAsync();
        await using var device = await StartDeviceAsync(address, "--allow-unauthorized");

        await using var client = Start("connect", address, "--send", new string('x', 100_000), "--count", "1");

        (await client.ExitAsync()).ShouldBe(1, client.Log);
        client.Log.Trim().ShouldStartWith("heliograph: ");
        client.Log.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Connect_WithHalfOfASurrogatePair_SendsItAsText()
    {
        var address = await RegisterAsync();
        await using var device = await StartDeviceAsync(address, "--allow-unauthorized");

        await using var client = Start("connect", address, "--send", """{"type":"TEXT","text":"\ud800"}""", "--count", "1");
        await SeesAsync(device, """#1 < {"type":"TEXT","text":"\ud800"}""");
        await device.TypeAsync("welcome");

        (await client.ExitAsync()).ShouldBe(0, client.Log);
    }

    [Fact]
    public async Task Connect_WithAFileThatHoldsNoToken_SaysSoInOneLine()
    {
        _folder.Write("token", "not a token");

        await using var client = Start("connect", await RegisterAsync(), "--token-file", _folder.PathOf("token"));

        (await client.ExitAsync()).ShouldBe(1, client.Log);
        client.Log.Trim().ShouldHaveSingleLine().ShouldStartWith("heliograph: --token-file: ");
    }

    [Fact]
    public async Task DeviceRun_TwoClients_AnswersTheOneThatIsNamed()
    {
        var address = await RegisterAsync();
        await using var device = await StartDeviceAsync(address, "--allow-unauthorized");
        await using var first = Start("connect", address, "--send", "from the first", "--count", "1");
        await SeesAsync(device, "#1 < from the first");
        await using var second = Start("connect", address, "--send", "from the second", "--count", "1");
        await SeesAsync(device, "#2 < from the second");

        await device.TypeAsync("#1 for the first");
        await device.TypeAsync("""#2 {"for":"the second"}""");

        (await first.ExitAsync()).ShouldBe(0, first.Log);
        (await second.ExitAsync()).ShouldBe(0, second.Log);
        first.Output.ShouldContain("#1 < for the first");
        second.Output.ShouldContain("""#1 < {"for":"the second"}""");
    }

    [Fact]
    public async Task DeviceRun_AnswerToNobody_SaysSo()
    {
        var address = await RegisterAsync();
        await using var device = await StartDeviceAsync(address);

        await device.TypeAsync("anyone?");
        await device.TypeAsync("#7 anyone?");

        await Eventually.HoldsAsync("told", () => device.Log.Contains("No client has come yet.", StringComparison.Ordinal) && device.Log.Contains("#7 is not open", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Connect_Json_IsALinePerEvent()
    {
        var address = await RegisterAsync();
        await using var device = await StartDeviceAsync(address, "--echo", "--secret-file", _folder.Write("secret", "s3cret\n"));

        await using var client = Start("connect", address, "--json", "--secret-file", _folder.PathOf("secret"), "--send", """{"n":1}""", "--count", "1");

        (await client.ExitAsync()).ShouldBe(0, client.Log);
        var events = client.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        events[0].Text("event").ShouldBe("connection");
        var messages = events.Where(x => x.Text("event") == "message").ToList();
        messages.Select(x => x.Text("direction")).ShouldBe(["out", "in"]);
        messages[1]["message"]!.ToJsonString().ShouldBe("""{"n":1}""");
        messages[1].Text("channel").Length.ShouldBe(32);
    }

    [Fact]
    public async Task Connect_WithoutAToken_IsDenied()
    {
        var address = await RegisterAsync();
        await using var device = await StartDeviceAsync(address);

        await using var client = Start("connect", address);

        (await client.ExitAsync()).ShouldBe(4);
        client.Log.Trim().ShouldHaveSingleLine().ShouldStartWith("heliograph: The device takes only clients with a token. (ACCESS_DENIED)");
    }

    [Fact]
    public async Task Connect_WithAnotherSecret_IsDeniedAndNamesNoSecret()
    {
        var address = await RegisterAsync();
        await using var device = await StartDeviceAsync(address, "--secret-file", _folder.Write("right", "the-right-one"));

        await using var client = Start("connect", address, "--secret-file", _folder.Write("wrong", "the-wrong-one"));

        (await client.ExitAsync()).ShouldBe(4);
        client.Log.ShouldContain("VERIFICATION_ERROR");
        foreach (var text in (string[])[client.Log, client.Output, device.Output, device.Log])
        {
            text.ShouldNotContain("the-right-one");
            text.ShouldNotContain("the-wrong-one");
        }
    }

    [Fact]
    public async Task Connect_RequireOnline_FailsWhereTheDeviceIsNot()
    {
        var address = await RegisterAsync();

        await using var client = Start("connect", address, "--require-online");

        (await client.ExitAsync()).ShouldBe(5);
        client.Log.ShouldContain("The device is not connected. Try again when it is, or wait for it without --require-online\n");
    }

    [Fact]
    public async Task Connect_UnknownDevice_EndsWith3()
    {
        var address = await RegisterAsync();

        await using var client = Start("connect", address with { Device = DeviceId.New() });

        (await client.ExitAsync()).ShouldBe(3);
        client.Log.ShouldContain("DEVICE_ID_NOT_FOUND");
    }

    [Fact]
    public async Task Connect_NoService_EndsWith5()
    {
        var address = await RegisterAsync();

        await using var client = Start("connect", address, "--url", "http://127.0.0.1:1");

        (await client.ExitAsync()).ShouldBe(5);
        client.Log.Trim().ShouldHaveSingleLine().ShouldContain("can't be reached");
    }

    [Theory]
    [InlineData("--key: there is no file", "--key", "no-such.pem")]
    [InlineData("--token-file: there is no file", "--token-file", "no-such-token")]
    [InlineData("--secret-file: there is no file", "--secret-file", "no-such-secret")]
    [InlineData("--key and --token-file", "--key", "k", "--token-file", "t")]
    [InlineData("--count: '0' is not a whole number from 1", "--count", "0")]
    public async Task Connect_BadOption_SaysWhich(string problem, params string[] options)
    {
        await using var client = Start("connect", new(ProductId.New(), DeviceId.New()), options);

        (await client.ExitAsync()).ShouldBeGreaterThan(0);
        client.Log.ShouldContain(problem);
        client.Log.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task DeviceRun_KeyOfAnother_SaysWhyAndGoesOnTrying()
    {
        var address = await RegisterAsync();
        using var other = new SigningKey();
        await using var device = HeliographProcess.Start(
            ["device", "run", address.ToString(), "--url", fixture.Url, "--key", _folder.Write("other.pem", other.PrivatePem)], isInteractive: true);

        await SeesAsync(device, "not connected, trying again:");

        device.Output.ShouldContain("UNAUTHORIZED");
        device.HasExited.ShouldBeFalse();
    }

    [Fact]
    public async Task DeviceRun_Interrupted_TellsItsClients()
    {
        var address = await RegisterAsync();
        await using var device = await StartDeviceAsync(address, "--allow-unauthorized");
        await using var client = Start("connect", address, "--send", "hello", "--count", "9");
        await SeesAsync(device, "#1 < hello");

        device.Send(PosixSignal.SIGINT);

        (await device.ExitAsync()).ShouldBe(130);
        (await client.ExitAsync()).ShouldBe(0, client.Log);
        client.Output.ShouldContain("#1 closed by the other peer");
    }

    private string KeyFile => _folder.Write("key.pem", _key.PrivatePem);

    /// <summary>A device whose key signs its clients' tokens as well.</summary>
    private async Task<DeviceAddress> RegisterAsync()
    {
        using var api = fixture.Service.CreateApiClient();
        var product = await api.CreateProductAsync();
        await api.AddProductKeyAsync(product, _key);
        return await api.CreateDeviceAsync(product, _key);
    }

    private async Task<HeliographProcess> StartDeviceAsync(DeviceAddress address, params string[] options)
    {
        var device = HeliographProcess.Start(["device", "run", address.ToString(), "--url", fixture.Url, "--key", KeyFile, .. options], isInteractive: true);
        await SeesAsync(device, "  connected");
        return device;
    }

    /// <summary>A client whose input stays open, so that it ends for another reason.</summary>
    private HeliographProcess Start(string command, DeviceAddress address, params string[] options) => HeliographProcess.Start(
        [command, address.ToString(), .. options.Contains("--url") ? [] : (string[])["--url", fixture.Url], .. options], workingFolder: _folder.Info.FullName, isInteractive: true);

    private static Task SeesAsync(HeliographProcess process, string text) => Eventually.HoldsAsync(
        $"'{text}' is shown",
        () => Task.FromResult(process.Output.Contains(text, StringComparison.Ordinal) ? null : $"only {process.Output}{process.Log}"));
}
