using System.Text;
using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Registry.Postgres;
using Heliograph.Server.Registry;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Registry.Postgres;

/// <summary>How nodes tell each other of changes.</summary>
public sealed class ChangeNoticeTests
{
    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        using var key = new SigningKey();
        var (product, device) = (ProductId.New(), DeviceId.New());
        RegistryChange[] changes =
        [
            new(product, null), new(product, device), new(product, device, Deleted: true), new(product, null, Deleted: true),
            new(product, null, key.IdFor(KeyOwner.Product)), new(product, device, key.IdFor(KeyOwner.Device)),
        ];

        var notice = ChangeNotice.Read(ChangeNotice.Of("node", changes).Single().Write());

        notice.Node.ShouldBe("node");
        notice.Changes.Select(x => x.Read()).ShouldBe(changes);
    }

    /// <summary>The form is that of running nodes: a change of it must be read by those of the version before.</summary>
    [Fact]
    public void Write_TheFormOfThisVersion_StaysAsItIs() =>
        ChangeNotice.Of("n", [new(ProductId.Parse("wp-aaaaaaaa"), DeviceId.Parse("wd-bbbbbbbbbbbbbbbb"), Deleted: true)]).Single().Write()
            .ShouldBe("""{"node":"n","changes":[{"product":"wp-aaaaaaaa","device":"wd-bbbbbbbbbbbbbbbb","deleted":true}]}""");

    [Fact]
    public void Read_FieldsOfALaterVersion_AreLeftAside() =>
        ChangeNotice.Read("""{"node":"n","since":3,"changes":[{"product":"wp-aaaaaaaa","later":{"a":1}}]}""").Changes.Single().Read()
            .ShouldBe(new(ProductId.Parse("wp-aaaaaaaa"), null));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"node":"n"}""")]
    public void Read_WhatIsNoNotice_IsRefused(string payload) => Should.Throw<JsonException>(() => ChangeNotice.Read(payload));

    [Fact]
    public void Of_AsManyOfTheLongestAsMayBe_StaysBelowWhatPostgresTakes()
    {
        using var key = new SigningKey();
        var change = new RegistryChange(ProductId.New(), DeviceId.New(), key.IdFor(KeyOwner.Device), Deleted: true);

        var notices = ChangeNotice.Of(new string('n', 16), Enumerable.Repeat(change, 1000)).ToList();

        notices.Sum(x => x.Changes.Count).ShouldBe(1000);
        notices.ShouldAllBe(x => Encoding.UTF8.GetByteCount(x.Write()) < 8000);
    }
}
