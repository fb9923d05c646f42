using System.Security.Cryptography;
using Heliograph.Protocol;

namespace Heliograph.Sdk.Tests.Tokens;

/// <summary>Tokens that the generators make, judged by the service.</summary>
public sealed class TokenGeneratorTests(ServiceFixture service)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DeviceToken_OfARegisteredKey_IsAccepted(bool sec1)
    {
        var registered = await service.CreateDeviceAsync();
        var pem = sec1 ? Sec1(registered.DeviceKey.PrivatePem) : registered.DeviceKey.PrivatePem;
        using var generator = new DeviceTokenGenerator(registered.Address.Product.Value, registered.Address.Device.Value.ToUpperInvariant(), pem);
        await using var device = new SignalingDevice(registered.DeviceOptions with { Tokens = generator });

        await device.ConnectAsync().WaitAsync(TestPeer.Patience);

        generator.KeyId.ShouldBe(registered.DeviceKey.IdFor(KeyOwner.Device).Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClientToken_OfAKeyOfTheProduct_IsAccepted(bool sec1)
    {
        var registered = await service.CreateDeviceAsync();
        using var generator = new ClientTokenGenerator(
            registered.Address.Product.Value, sec1 ? Sec1(registered.ProductKey.PrivatePem) : registered.ProductKey.PrivatePem);

        await ConnectAsync(registered, generator.Generate(registered.Address.Device.Value, TimeSpan.FromMinutes(1), allowTurn: false));

        generator.KeyId.ShouldBe(registered.ProductKey.IdFor(KeyOwner.Product).Value);
    }

    [Fact]
    public async Task ClientToken_OfAKeyThatIsNotTheProducts_IsRefused()
    {
        var registered = await service.CreateDeviceAsync();
        using var generator = new ClientTokenGenerator(registered.Address.Product.Value, registered.DeviceKey.PrivatePem);

        var error = await RefusedAsync(registered, generator.Generate(registered.Address.Device.Value));

        (error.Status, error.Code).ShouldBe((401, SignalingErrorCodes.Unauthorized));
        error.Advice.ShouldNotBeNull().ShouldContain("registered");
        error.Message.ShouldContain(error.Advice);
    }

    [Fact]
    public async Task ClientToken_ForAnotherDevice_IsDenied()
    {
        var registered = await service.CreateDeviceAsync();
        using var generator = new ClientTokenGenerator(registered.Address.Product.Value, registered.ProductKey.PrivatePem);

        var error = await RefusedAsync(registered, generator.Generate("wd-0000000000000000"));

        (error.Status, error.Code).ShouldBe((403, SignalingErrorCodes.AccessDenied));
        error.Advice.ShouldNotBeNull().ShouldContain("this very device");
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(+1)]
    public async Task ClientToken_ByAClockThatIsWrong_IsRefused(int hours)
    {
        var registered = await service.CreateDeviceAsync();
        var clock = new FakeTimeProvider();
        clock.Advance(TimeSpan.FromHours(hours));
        using var generator = new ClientTokenGenerator(registered.Address.Product.Value, registered.ProductKey.PrivatePem, clock);

        var error = await RefusedAsync(registered, generator.Generate(registered.Address.Device.Value));

        (error.Status, error.Code).ShouldBe((401, SignalingErrorCodes.Unauthorized));
        error.Advice.ShouldNotBeNull().ShouldContain("clock");
    }

    [Theory]
    [InlineData("wp-00000000", "wd-0000000000000000", SignalingErrorCodes.ProductIdNotFound)]
    [InlineData(null, "wd-0000000000000000", SignalingErrorCodes.DeviceIdNotFound)]
    public async Task Connect_ToWhatThereIsNot_IsNotFound(string? product, string device, string code)
    {
        var registered = await service.CreateDeviceAsync();
        await using var client = new SignalingClient(registered.ClientOptions with { ProductId = product ?? registered.Address.Product.Value, DeviceId = device });

        var error = await Should.ThrowAsync<ServiceException>(() => client.ConnectAsync().WaitAsync(TestPeer.Patience));

        (error.Status, error.Code).ShouldBe((404, code));
        error.Advice.ShouldNotBeNull();
    }

    [Fact]
    public async Task DeviceToken_OfAKeyThatIsNotRegistered_IsToldAndTriedAgain()
    {
        var registered = await service.CreateDeviceAsync();
        using var key = new SigningKey();
        using var generator = new DeviceTokenGenerator(registered.Address.Product.Value, registered.Address.Device.Value, key.PrivatePem);
        await using var device = new SignalingDevice(registered.DeviceOptions with { Tokens = generator });
        var told = new TaskCompletionSource<HeliographException>(TaskCreationOptions.RunContinuationsAsynchronously);
        device.StateChanged += (_, change) =>
        {
            if (change.Error is { } error)
                told.TrySetResult(error);
        };

        device.Start();

        var refusal = (await told.Task.WaitAsync(TestPeer.Patience)).ShouldBeOfType<ServiceException>();
        (refusal.Status, refusal.Code).ShouldBe((401, SignalingErrorCodes.Unauthorized));
        await service.Api.AddDeviceKeyAsync(registered.Address, key);
        await device.ConnectAsync().WaitAsync(TestPeer.Patience);
    }

    [Theory]
    [InlineData("a token\n")]
    [InlineData("")]
    public async Task DeviceToken_OfAProviderThatGivesNone_IsToldAndTriedAgain(string text)
    {
        var registered = await service.CreateDeviceAsync();
        var tokens = new Provider(text, registered.DeviceOptions.Tokens);
        await using var device = new SignalingDevice(registered.DeviceOptions with { Tokens = tokens });
        var errors = new List<HeliographException?>();
        device.StateChanged += (_, change) => errors.Add(change.Error);

        await device.ConnectAsync().WaitAsync(TestPeer.Patience);

        errors.OfType<ConnectionException>().Single().Message.ShouldContain(nameof(Provider));
    }

    private static string Sec1(string pkcs8)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(pkcs8);
        return key.ExportECPrivateKeyPem();
    }

    private static async Task ConnectAsync(TestDevice registered, string token)
    {
        await using var client = new SignalingClient(registered.ClientOptions with { AccessToken = token });
        await client.ConnectAsync().WaitAsync(TestPeer.Patience);
    }

    private static async Task<ServiceException> RefusedAsync(TestDevice registered, string token)
    {
        var error = await Should.ThrowAsync<ServiceException>(() => ConnectAsync(registered, token));
        error.Message.ShouldNotContain(token);
        return error;
    }

    /// <summary>Gives what is no token at first.</summary>
    private sealed class Provider(string first, ITokenProvider then) : ITokenProvider
    {
        private int _calls;

        public ValueTask<string> GetTokenAsync(CancellationToken cancellationToken) =>
            Interlocked.Increment(ref _calls) == 1 ? ValueTask.FromResult(first) : then.GetTokenAsync(cancellationToken);
    }
}
