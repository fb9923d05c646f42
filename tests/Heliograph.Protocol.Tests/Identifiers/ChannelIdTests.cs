using System.Text;

namespace Heliograph.Protocol.Tests.Identifiers;

public sealed class ChannelIdTests
{
    private const string Text = "00d3f0b6c2a9e4d1f8d3f0b6c2a9e4d1";

    [Fact]
    public void TryParse_OfItsText_IsTheSame()
    {
        for (var i = 0; i < 1000; i++)
        {
            var id = ChannelId.New();
            ChannelId.TryParse(Encoding.ASCII.GetBytes(id.ToString()), out var read).ShouldBeTrue();
            read.ShouldBe(id);
        }
    }

    [Theory]
    [InlineData(Text)]
    [InlineData("00D3F0B6C2A9E4D1F8D3F0B6C2A9E4D1")]
    public void TryParse_InAnyCase_IsWrittenInLowerCase(string text)
    {
        ChannelId.TryParse(Encoding.ASCII.GetBytes(text), out var id).ShouldBeTrue();

        var written = new byte[ChannelId.TextLength];
        id.WriteText(written);
        Encoding.ASCII.GetString(written).ShouldBe(Text);
        id.ToString().ShouldBe(Text);
    }

    [Fact]
    public void WriteBytes_OfAnId_IsReadAgain()
    {
        var bytes = new byte[16];
        var id = ChannelId.New();

        id.WriteBytes(bytes);

        ChannelId.FromBytes(bytes).ShouldBe(id);
        Convert.ToHexStringLower(bytes).ShouldBe(id.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("00d3f0b6c2a9e4d1f8d3f0b6c2a9e4d")]
    [InlineData("00d3f0b6c2a9e4d1f8d3f0b6c2a9e4d11")]
    [InlineData("00d3f0b6c2a9e4d1f8d3f0b6c2a9e4dg")]
    [InlineData("00d3f0b6c2a9e4d1f8d3f0b6c2a9e4 1")]
    [InlineData("{0d3f0b6c2a9e4d1f8d3f0b6c2a9e4d}")]
    [InlineData("0xd3f0b6c2a9e4d1f8d3f0b6c2a9e4d1")]
    [InlineData("00d3f0b6-c2a9-e4d1-f8d3-f0b6c2a9e4d1")]
    public void TryParse_OfAnotherForm_IsNone(string text)
    {
        ChannelId.TryParse(Encoding.UTF8.GetBytes(text), out var id).ShouldBeFalse();
        id.ShouldBe(default);
    }

    [Fact]
    public void New_Always_IsAnother() => Enumerable.Range(0, 10_000).Select(_ => ChannelId.New()).Distinct().Count().ShouldBe(10_000);
}
