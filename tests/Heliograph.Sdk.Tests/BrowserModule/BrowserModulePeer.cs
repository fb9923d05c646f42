using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Heliograph.Sdk.Tests.BrowserModule;

/// <summary>A device or client on packages/heliograph-js, in a Node.js of its own.</summary>
internal sealed class BrowserModulePeer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<JsonNode> _heard = Channel.CreateUnbounded<JsonNode>();
    private readonly Task _reading;
    private readonly Task<string> _errors;

    private BrowserModulePeer(Process process)
    {
        _process = process;
        _reading = ReadAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts it.</summary>
    /// <param name="role"><c>device</c>, which echoes what it hears, or <c>client</c>, which ends when it hears "bye".</param>
    /// <param name="registered">The device that it is, or reaches.</param>
    /// <param name="security">The module's <c>Security</c>.</param>
    /// <param name="accessToken">A client's token.</param>
    /// <param name="say">What it says after the setup.</param>
    public static async Task<BrowserModulePeer> StartAsync(
        string role, TestDevice registered, JsonObject security, string? accessToken = null, params JsonNode[] say)
    {
        var node = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, ".playwright", "node"), "node", SearchOption.AllDirectories).First();
        var module = typeof(BrowserModulePeer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(x => x.Key == "BrowserModule").Value!;
        var process = Process.Start(new ProcessStartInfo(node, [Path.Combine(AppContext.BaseDirectory, "BrowserModule", "peer.mjs")])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var peer = new BrowserModulePeer(process);
        var input = new JsonObject
        {
            ["module"] = new Uri(Path.Combine(module, "src", "index.js")).AbsoluteUri,
            ["role"] = role,
            ["ids"] = new JsonObject
            {
                ["endpointUrl"] = registered.Endpoint.AbsoluteUri,
                ["productId"] = registered.Address.Product.Value,
                ["deviceId"] = registered.Address.Device.Value,
            },
            ["accessToken"] = accessToken,
            ["keys"] = new JsonObject { ["privateKey"] = Base64(registered.DeviceKey.PrivatePem), ["publicKey"] = Base64(registered.DeviceKey.PublicPem) },
            ["security"] = security,
            ["say"] = new JsonArray(say),
        };
        if (accessToken is null)
            input.Remove("accessToken");
        await process.StandardInput.WriteAsync(input.ToJsonString());
        process.StandardInput.Close();
        return peer;
    }

    /// <summary>What it tells next: a message, <c>{"state":…}</c> of a device's connection, or <c>{"failed":…}</c>.</summary>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public async Task<JsonNode> HearsAsync()
    {
        using var patience = new CancellationTokenSource(TestPeer.Patience);
        return await _heard.Reader.WaitToReadAsync(patience.Token) ? await _heard.Reader.ReadAsync(patience.Token) : throw new InvalidOperationException(await _errors);
    }

    public async Task EndedAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TestPeer.Patience);
        _process.ExitCode.ShouldBe(0, await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private static string Base64(string pem) => string.Concat(pem.Split('\n').Where(line => !line.StartsWith('-')));

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            _heard.Writer.TryWrite(JsonNode.Parse(line)!);
        _heard.Writer.Complete();
    }
}
