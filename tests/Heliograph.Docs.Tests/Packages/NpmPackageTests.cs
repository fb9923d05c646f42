namespace Heliograph.Docs.Tests.Packages;

/// <summary>The browser module for who installs it: the programs of its README run, and its declarations hold.</summary>
public sealed class NpmPackageTests(NpmPackage package) : IClassFixture<NpmPackage>
{
    [Fact]
    public async Task DeviceAndClient_OfTheReadme_Talk()
    {
        using var data = new TempFolder();
        await using var service = await HeliographProcess.ServeAsync(data.Sub("data"));
        using var api = service.CreateApiClient();
        using var key = new SigningKey();
        var device = await api.CreateDeviceAsync(await api.CreateProductAsync(), key);
        var keyFile = data.Write("device.key", key.PrivatePem);
        var who = $"{service.BaseUrl} {device.Product} {device.Device}";

        // The client may be there first: it waits for the device.
        var output = await package.RunAsync(
            $"""
            node --version
            node --experimental-websocket device.mjs {who} '{keyFile}' >device.log 2>&1 &
            trap 'kill $!' EXIT
            node --experimental-websocket client.mjs {who}
            cat device.log
            """);

        output.ShouldStartWith("v20.");
        output.ShouldContain("Device says: All is quiet at the gate.");
        output.ShouldContain("CONNECTED");
        output.ShouldContain("Client says: What do you see?");
    }

    [Fact]
    public async Task Declarations_CheckTheReadmesSampleAndRefuseMistakes()
    {
        const string Mistakes =
            """
            import { connect, SessionState, SignalingClient } from 'heliograph-js';
            import { HeliographCamera } from 'heliograph-js/element';
            // @ts-expect-error a device is needed
            const session = connect({ productId: 'wp-39wu7tex' });
            // @ts-expect-error there is no such event
            session.on('nothing', () => {});
            // @ts-expect-error a stream is no state
            session.on('stream', (stream: string) => stream);
            // @ts-expect-error there is no such state
            SessionState.ASLEEP;
            // @ts-expect-error a token is text, or a function
            new SignalingClient({ endpointUrl: '', productId: '', deviceId: '', accessToken: 5 });
            // @ts-expect-error an ID is text
            new HeliographCamera().product = 5;
            """;

        await File.WriteAllTextAsync(Path.Combine(package.App.FullName, "mistakes.ts"), Mistakes);

        await package.RunAsync("tsc --noEmit --strict --target es2022 --module nodenext --lib es2022,dom,dom.iterable sample.ts mistakes.ts");
    }

    [Fact]
    public async Task Package_HasItsLicenseAndNoTests()
    {
        var files = await package.RunAsync("cd node_modules/heliograph-js && find . -type f");

        var names = files.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        names.ShouldContain("./LICENSE");
        names.ShouldContain("./dist/heliograph.js");
        names.ShouldContain("./dist/types/index.d.ts");
        names.ShouldNotContain(name => name.Contains("test", StringComparison.Ordinal));
    }
}
