using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Components;

namespace Heliograph.Server.Console.Devices;

/// <summary>What the pages about one device have in common: the device that their URL names.</summary>
public abstract class DeviceScopePage : ProductScopePage
{
    /// <summary>The device's ID as the URL has it.</summary>
    [Parameter]
    public string DeviceId { get; set; } = "";

    [Inject]
    private protected DeviceStore Devices { get; set; } = null!;

    /// <summary>The device that the page is about.</summary>
    private protected Device Device { get; private set; } = null!;

    /// <summary>Its address.</summary>
    private protected DeviceAddress Address { get; private set; }

    private protected string Title => Device.Name is { Length: > 0 } name ? name : Device.DeviceId;

    /// <summary>The page's own URL.</summary>
    private protected string Here => DevicePaths.Of(Address);

    private protected override async Task LoadAsync()
    {
        await base.LoadAsync();
        Address = new(Id, Protocol.DeviceId.TryParse(DeviceId, out var id) ? id : throw ApiException.NoSuchDevice(ProductId, DeviceId));
        Device = await Devices.GetAsync(Visitor.Organization, Address, Aborted);
    }
}
