namespace Heliograph.Sdk.Tests;

/// <summary>Options that are wrong: each is named, all at once.</summary>
public sealed class OptionsTests
{
    private static readonly SignalingClientOptions Client = new()
    {
        Endpoint = new("https://service.example"),
        ProductId = "wp-39wu7tex",
        DeviceId = "wd-3xtqp3hy4xxy3av3",
    };

    private static readonly SignalingDeviceOptions Device = new()
    {
        Endpoint = Client.Endpoint,
        ProductId = Client.ProductId,
        DeviceId = Client.DeviceId,
        Tokens = new NoTokens(),
    };

    public static TheoryData<string, SignalingOptions> Wrong => new()
    {
        { "SignalingClientOptions.Endpoint", Client with { Endpoint = null! } },
        { "SignalingClientOptions.Endpoint", Client with { Endpoint = new("/path", UriKind.Relative) } },
        { "SignalingClientOptions.Endpoint", Client with { Endpoint = new("wss://service.example") } },
        { "SignalingClientOptions.ProductId", Client with { ProductId = "wd-39wu7tex" } },
        { "SignalingClientOptions.ProductId", Client with { ProductId = null! } },
        { "SignalingClientOptions.DeviceId", Client with { DeviceId = "camera 1" } },
        { "SignalingClientOptions.MaxUnacknowledgedBytes", Client with { MaxUnacknowledgedBytes = 0 } },
        { "SignalingClientOptions.MaxUnreadBytes", Client with { MaxUnreadBytes = -1 } },
        { "SignalingClientOptions.MaxMessageBytes", Client with { MaxMessageBytes = 1023 } },
        { "SignalingClientOptions.TimeProvider", Client with { TimeProvider = null! } },
        { "SignalingClientOptions.AccessToken", Client with { AccessToken = "" } },
        { "SignalingClientOptions.AccessToken", Client with { AccessToken = "s3cret.of.mine\n" } },
        { "SignalingClientOptions.AccessToken", Client with { AccessToken = "Bearer s3cret" } },
        { "SignalingDeviceOptions.Tokens", Device with { Tokens = null! } },
        { "SignalingDeviceOptions.MaxChannels", Device with { MaxChannels = 0 } },
        { "SignalingDeviceOptions.DeviceId", Device with { DeviceId = "" } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Option_ThatIsWrong_IsNamed(string name, SignalingOptions options)
    {
        var error = Should.Throw<ArgumentException>(options.Validate);

        error.Message.ShouldStartWith($"{name}: ");
        error.Message.ShouldNotContain("s3cret");
        error.Message.Split('\n').Length.ShouldBe(1, error.Message);
        Should.Throw<ArgumentException>(() => Create(options)).Message.ShouldBe(error.Message);
    }

    [Fact]
    public void Options_ThatAreAllWrong_AreAllNamedAtOnce()
    {
        var options = new SignalingDeviceOptions
        {
            Endpoint = null!, ProductId = "", DeviceId = "", Tokens = null!, MaxChannels = -1, MaxMessageBytes = 0, MaxUnacknowledgedBytes = 0,
            MaxUnreadBytes = 0, TimeProvider = null!,
        };

        var lines = Should.Throw<ArgumentException>(options.Validate).Message.Split(Environment.NewLine);

        lines.Select(line => line[..line.IndexOf(':', StringComparison.Ordinal)]).Order(StringComparer.Ordinal).ShouldBe(
        [
            "SignalingDeviceOptions.DeviceId", "SignalingDeviceOptions.Endpoint", "SignalingDeviceOptions.MaxChannels", "SignalingDeviceOptions.MaxMessageBytes",
            "SignalingDeviceOptions.MaxUnacknowledgedBytes", "SignalingDeviceOptions.MaxUnreadBytes", "SignalingDeviceOptions.ProductId",
            "SignalingDeviceOptions.TimeProvider", "SignalingDeviceOptions.Tokens",
        ]);
    }

    [Fact]
    public void Options_ThatAreRight_AreTaken()
    {
        Client.Validate();
        (Client with { AccessToken = "a.b-c_d", ProductId = "WP-39WU7TEX", Endpoint = new("http://localhost:8080/base/") }).Validate();
        Device.Validate();
        (Client with { AccessToken = "s3cret" }).ToString().ShouldNotContain("s3cret");
    }

    private static object Create(SignalingOptions options) =>
        options is SignalingDeviceOptions device ? new SignalingDevice(device) : new SignalingClient((SignalingClientOptions)options);

    private sealed class NoTokens : ITokenProvider
    {
        public ValueTask<string> GetTokenAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
