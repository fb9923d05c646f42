using FsCheck;
using FsCheck.Fluent;

namespace Heliograph.Protocol.Tests.Identifiers;

/// <summary>Product and device IDs.</summary>
public sealed class IdentifierTests
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    [Theory]
    [InlineData("wp-39wu7tex")]
    [InlineData("WP-39WU7TEX")]
    [InlineData("Wp-39wU7tEx")]
    public void ProductId_InAnyCase_IsKeptInLowerCase(string text)
    {
        ProductId.TryParse(text, out var id).ShouldBeTrue();

        id.Value.ShouldBe("wp-39wu7tex");
        id.ShouldBe(ProductId.Parse("wp-39wu7tex"));
        id.GetHashCode().ShouldBe(ProductId.Parse("wp-39wu7tex").GetHashCode());
        id.ToString().ShouldBe("wp-39wu7tex");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wp-")]
    [InlineData("wp-39wu7te")]
    [InlineData("wp-39wu7tex1")]
    [InlineData("wd-39wu7tex")]
    [InlineData("wp_39wu7tex")]
    [InlineData("wp-39wu7te-")]
    [InlineData("wp-39wu7te ")]
    [InlineData(" wp-39wu7tex")]
    [InlineData("wp-39wu7tex\n")]
    [InlineData("wp-39wu7te\0")]
    [InlineData("wp-39wu7teé")]
    [InlineData("wp-39wu7te\u212A")]
    [InlineData("wp-39wu7te\u0130")]
    [InlineData("wp-39wu7te\u0661")]
    [InlineData("wp-39wu7te\uFF11")]
    public void ProductId_OfAnotherForm_IsNone(string? text)
    {
        ProductId.TryParse(text, out var id).ShouldBeFalse();

        id.ShouldBe(default);
        if (text is not null)
            Should.Throw<FormatException>(() => ProductId.Parse(text));
    }

    [Theory]
    [InlineData("WD-3xtqp3hy4xxy3AV3", "wd-3xtqp3hy4xxy3av3")]
    [InlineData("wd-0000000000000000", "wd-0000000000000000")]
    public void DeviceId_InAnyCase_IsKeptInLowerCase(string text, string value) => DeviceId.Parse(text).Value.ShouldBe(value);

    [Theory]
    [InlineData("wd-3xtqp3hy4xxy3av")]
    [InlineData("wd-3xtqp3hy4xxy3av33")]
    [InlineData("wp-3xtqp3hy4xxy3av3")]
    [InlineData("wd-3xtqp3hy4xxy3a/3")]
    [InlineData("wd-3xtqp3hy4xxy3a\u212A3")]
    public void DeviceId_OfAnotherForm_IsNone(string text) => DeviceId.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void New_Always_IsOfItsForm()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => (ProductId.New(), DeviceId.New())).ToList();

        ids.ShouldAllBe(x => ProductId.Parse(x.Item1.Value) == x.Item1 && DeviceId.Parse(x.Item2.Value) == x.Item2);
        ids.Distinct().Count().ShouldBe(1000);
    }

    [Fact]
    public void TryParse_OfAnyText_AcceptsExactlyTheForm()
    {
        var nearly = Gen.ArrayOf(Gen.OneOf(Gen.Elements(Alphabet.ToCharArray()), Gen.Elements("ABZ-_ \u212A\u0131\0é".ToCharArray())), 8)
            .Select(x => "wp-" + new string(x));
        var texts = Gen.OneOf(nearly, ArbMap.Default.GeneratorFor<string>());

        Prop.ForAll(texts.ToArbitrary(), text =>
        {
            var expected = text is { Length: 11 }
                && text.StartsWith("wp-", StringComparison.OrdinalIgnoreCase)
                && text[3..].All(c => Alphabet.Contains(c) || (char.IsAsciiLetterUpper(c) && Alphabet.Contains((char)(c | 0x20))));
            return ProductId.TryParse(text, out var id) == expected
                && (!expected || (string.Equals(id.Value, text, StringComparison.OrdinalIgnoreCase) && !id.Value.Any(char.IsAsciiLetterUpper)));
        }).Check(Checks.Of(2000));
    }

    [Fact]
    public void Resource_OfADevice_IsItsUrn() =>
        new DeviceAddress(ProductId.Parse("WP-39wu7tex"), DeviceId.Parse("wd-3XTQP3hy4xxy3av3")).Resource
            .ShouldBe("urn:nabto:webrtc:wp-39wu7tex:wd-3xtqp3hy4xxy3av3");
}
