using System.Security.Cryptography;

namespace Heliograph.Protocol.Tests.Identifiers;

public sealed class KeyIdTests
{
    private const string Hash = "5f0c9cb9ae4dd4a4b1ee1e2dc2d8d4bbd1e3f0b5a3f7a1f9f1f6a6a3b1c0d2e4";

    [Theory]
    [InlineData("device:" + Hash, KeyOwner.Device, "device:" + Hash)]
    [InlineData("product:" + Hash, KeyOwner.Product, "product:" + Hash)]
    [InlineData("products:" + Hash, KeyOwner.Product, "product:" + Hash)]
    [InlineData("PRODUCTS:" + Hash, KeyOwner.Product, "product:" + Hash)]
    [InlineData("Device:5F0C9CB9AE4DD4A4B1EE1E2DC2D8D4BBD1E3F0B5A3F7A1F9F1F6A6A3B1C0D2E4", KeyOwner.Device, "device:" + Hash)]
    public void TryParse_OfAKeyId_NormalizesIt(string text, KeyOwner owner, string value)
    {
        KeyId.TryParse(text, out var id).ShouldBeTrue();

        id.Owner.ShouldBe(owner);
        id.Value.ShouldBe(value);
        KeyId.TryParse(id.ToString(), out var again).ShouldBeTrue();
        again.ShouldBe(id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(Hash)]
    [InlineData(":" + Hash)]
    [InlineData("device:")]
    [InlineData("device" + Hash)]
    [InlineData("devices:" + Hash)]
    [InlineData("device :" + Hash)]
    [InlineData(" device:" + Hash)]
    [InlineData("device:" + Hash + " ")]
    [InlineData("device:" + Hash + "0")]
    [InlineData("device::" + Hash)]
    [InlineData("device:product:" + Hash)]
    [InlineData("device:5f0c9cb9ae4dd4a4b1ee1e2dc2d8d4bbd1e3f0b5a3f7a1f9f1f6a6a3b1c0d2eg")]
    [InlineData("device:５f0c9cb9ae4dd4a4b1ee1e2dc2d8d4bbd1e3f0b5a3f7a1f9f1f6a6a3b1c0d2e4")]
    public void TryParse_OfAnotherForm_IsNone(string? text) => KeyId.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Of_AKey_IsTheHashOfItsSubjectPublicKeyInfo()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var info = key.ExportSubjectPublicKeyInfo();

        KeyId.Of(KeyOwner.Device, info).Value.ShouldBe("device:" + Convert.ToHexStringLower(SHA256.HashData(info)));
        KeyId.Of(KeyOwner.Product, info).ShouldNotBe(KeyId.Of(KeyOwner.Device, info));
    }
}
