using Heliograph.Protocol;

namespace Heliograph.Conformance.SignalingUrl;

/// <summary>Signaling URLs in the wrong hands.</summary>
internal static class UrlSecrecyChecks
{
    public static IEnumerable<Check> All { get; } =
    [
        new(
            "url.names-no-token",
            "It names no secret a peer could use elsewhere.",
            "URLs end up in the logs of proxies and in browsers' histories, and a token in them with the right to connect again and again.",
            NamesNoTokenAsync),
        new(
            "url.can-not-be-altered",
            "It can't be forged or altered.",
            "Whoever has one URL could make others, for longer or with more rights.",
            CanNotBeAlteredAsync),
        new(
            "url.can-not-be-forged",
            "It can't be forged or altered.",
            "Anyone could connect as anyone.",
            CanNotBeForgedAsync),
        new(
            "url.useless-for-another-device",
            "It is useless for another device, channel or role.",
            "With the URL of one's own camera one could take the place of any other.",
            UselessForAnotherDeviceAsync) { Devices = 2 },
        new(
            "url.useless-for-another-channel",
            "It is useless for another device, channel or role.",
            "A viewer could read what another viewer of the same camera is told, and answer in its place.",
            UselessForAnotherChannelAsync),
        new(
            "url.useless-for-another-role",
            "It is useless for another device, channel or role.",
            "A viewer could pass itself off as the camera.",
            UselessForAnotherRoleAsync),
    ];

    private static async Task NamesNoTokenAsync(Scene scene)
    {
        foreach (var (path, token) in ((string, string)[])[(Scene.DeviceConnect, scene.DeviceToken()), (Scene.ClientConnect, scene.ClientToken())])
        {
            var url = Uri.UnescapeDataString((await scene.RequireAsync(scene.CallOf(path, token))).Text("signalingUrl") ?? "");
            Expect.That(!url.Contains(token, StringComparison.Ordinal) && !url.Contains(token.Split('.')[2], StringComparison.Ordinal), $"a URL of {path} without the token", "the token in it");
        }
    }

    private static async Task CanNotBeAlteredAsync(Scene scene)
    {
        foreach (var url in (Uri[])[await scene.DeviceUrlAsync(), (await scene.ClientUrlAsync()).Url])
        {
            var text = Secret(url);
            // The very last character of a base64 text may have bits that mean nothing.
            foreach (var at in (int[])[0, text.Length / 4, text.Length / 2, text.Length * 3 / 4])
            {
                var altered = string.Concat(text.AsSpan(0, at), text[at] == 'A' ? "B" : "A", text.AsSpan(at + 1));
                await scene.RefusedAsync(new(url.AbsoluteUri.Replace(text, altered, StringComparison.Ordinal)), "a URL with one character changed");
            }

            await scene.RefusedAsync(new(url.AbsoluteUri.Replace(text, text[..^8], StringComparison.Ordinal)), "a URL that was cut short");
        }
    }

    private static async Task CanNotBeForgedAsync(Scene scene)
    {
        var url = (await scene.ClientUrlAsync()).Url;
        var text = Secret(url);
        foreach (var forged in (string[])["", "x", new string('A', text.Length), new([.. text.Reverse()])])
            await scene.RefusedAsync(new(url.AbsoluteUri.Replace(text, forged, StringComparison.Ordinal)), "a URL that was made up");
    }

    private static async Task UselessForAnotherDeviceAsync(Scene scene)
    {
        var (mine, other) = (scene.Device.Address, scene.OtherDevice.Address);
        foreach (var url in (Uri[])[await scene.DeviceUrlAsync(), (await scene.ClientUrlAsync()).Url])
        {
            var changed = new Uri(url.AbsoluteUri.Replace(mine.Device.Value, other.Device.Value, StringComparison.OrdinalIgnoreCase));
            if (changed != url)
                await scene.RefusedAsync(changed, "a URL in which the device was changed");
        }

        // Where the URL does not name the device, this shows that it means one.
        await scene.OpenDeviceAsync();
        await scene.OpenAsync((await scene.ClientUrlAsync()).Url);
        var answer = await scene.RequireAsync(scene.CallOf(Scene.ClientConnect, device: scene.OtherDevice));
        Expect.That(answer.Json!.Value.GetProperty("deviceOnline").ValueKind == System.Text.Json.JsonValueKind.False, "another device to stay offline", "it online");
    }

    private static async Task UselessForAnotherChannelAsync(Scene scene)
    {
        var device = await scene.OpenDeviceAsync();
        var (first, second) = (await scene.OpenClientAsync(), await scene.ClientUrlAsync());
        await device.NextAsync("PEER_CONNECTED", first.ChannelId);
        var changed = new Uri(second.Url.AbsoluteUri.Replace(second.ChannelId, first.ChannelId, StringComparison.OrdinalIgnoreCase));
        if (changed != second.Url)
            await scene.RefusedAsync(changed, "a URL in which the channel was changed");

        var other = await scene.OpenAsync(second.Url);
        await device.NextAsync("PEER_CONNECTED", second.ChannelId);
        await device.SendMessageAsync(first.ChannelId, "\"for the first\"");
        await first.Socket.NextAsync("MESSAGE", first.ChannelId);
        await device.SendMessageAsync(second.ChannelId, "\"for the second\"");
        var message = await other.NextAsync("the second channel's MESSAGE");
        Expect.That(message.ChannelId == second.ChannelId, "nothing of another channel", "a frame of it");
    }

    private static async Task UselessForAnotherRoleAsync(Scene scene)
    {
        foreach (var (url, role, other) in ((Uri, string, string)[])
            [((await scene.ClientUrlAsync()).Url, "client", "device"), (await scene.DeviceUrlAsync(), "device", "client")])
        {
            var changed = new Uri(url.AbsoluteUri.Replace(role, other, StringComparison.OrdinalIgnoreCase));
            if (changed != url)
                await scene.RefusedAsync(changed, $"a {role}'s URL in which the role was changed");
        }

        // Where the URL does not name the role, this shows that it means one.
        await scene.DeviceOfflineAsync();
        var client = await scene.OpenClientAsync(scene.ClientToken());
        var answer = await scene.RequireAsync(scene.CallOf(Scene.ClientConnect));
        Expect.That(
            answer.Json!.Value.GetProperty("deviceOnline").ValueKind == System.Text.Json.JsonValueKind.False,
            "the device to stay offline when a client opens its URL",
            "deviceOnline true");
        await client.Socket.SendMessageAsync(client.ChannelId, "1");
        await client.Socket.NextAsync("PEER_OFFLINE", client.ChannelId);
    }

    /// <summary>The part of the URL that opens it: the longest value of its query, or else of its path.</summary>
    private static string Secret(Uri url)
    {
        var values = url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(x => x[(x.IndexOf('=', StringComparison.Ordinal) + 1)..]).ToList();
        if (values.Count == 0)
            values = [.. url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(x => !DeviceId.TryParse(x, out _))];
        return values.Where(x => x.Length >= 16).MaxBy(x => x.Length) ?? throw new CheckFailedException("something in the URL that can't be guessed", "nothing of 16 characters or more");
    }
}
