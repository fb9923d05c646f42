namespace Heliograph.Program.Tests;

/// <summary>Data folders that the service can't run on: said in one line that tells what to do, with no stack trace.</summary>
public sealed class DataFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SecondInstance_OnTheSameFolder_IsRefusedAndHarmsNothing()
    {
        await using var first = await HeliographProcess.ServeAsync(_folder.Sub("data"));

        var error = await FailToServeAsync("data");

        error.ShouldContain($"'{_folder.PathOf("data")}' is in use");
        error.ShouldContain("--data");
        using var api = first.CreateApiClient();
        await api.CreateProductAsync();
    }

    [Fact]
    public async Task SecondInstance_OnAnotherFolder_Runs()
    {
        await using var first = await HeliographProcess.ServeAsync(_folder.Sub("one"));
        await using var second = await HeliographProcess.ServeAsync(_folder.Sub("two"));

        second.BaseUrl.ShouldNotBe(first.BaseUrl);
    }

    [Fact]
    public async Task Folder_ThatIsAFile_IsRefused()
    {
        _folder.Write("data", "not a folder");

        (await FailToServeAsync("data")).ShouldContain($"'{_folder.PathOf("data")}' can't be made");
    }

    [Fact]
    public async Task Folder_BelowAFile_IsRefused()
    {
        _folder.Write("file", "not a folder");

        (await FailToServeAsync("file/data")).ShouldContain($"'{_folder.PathOf("file/data")}' can't be made");
    }

    [Fact]
    public async Task Folder_WithoutRoomForALock_IsNotSaidToBeInUse()
    {
        // Even root can't open a folder as a file.
        Directory.CreateDirectory(_folder.PathOf("data/lock"));

        var error = await FailToServeAsync("data");

        error.ShouldContain($"'{_folder.PathOf("data")}' can't be written to");
        error.ShouldNotContain("in use");
    }

    [Fact]
    public async Task Database_ThatIsNone_IsNamed()
    {
        Directory.CreateDirectory(_folder.PathOf("data"));
        _folder.Write("data/heliograph.db", new string('x', 10_000));

        (await FailToServeAsync("data")).ShouldContain(_folder.PathOf("data/heliograph.db"));
    }

    [Fact]
    public async Task Database_ThatWasCutShort_IsNamed()
    {
        await using (var service = await HeliographProcess.ServeAsync(_folder.Sub("data")))
        {
            using (var api = service.CreateApiClient())
                await api.CreateProductAsync();
            service.Send(System.Runtime.InteropServices.PosixSignal.SIGTERM);
            await service.ExitAsync();
        }

        await using (var file = new FileStream(_folder.PathOf("data/heliograph.db"), FileMode.Open))
            file.SetLength(file.Length / 2);

        (await FailToServeAsync("data")).ShouldContain(_folder.PathOf("data/heliograph.db"));
    }

    /// <summary>Starts the service, which must end by itself with code 1 and one line on standard error.</summary>
    private async Task<string> FailToServeAsync(string data)
    {
        await using var process = HeliographProcess.Start(["serve", "--listen", "http://127.0.0.1:0", "--data", _folder.PathOf(data)]);

        (await process.ExitAsync()).ShouldBe(1);
        process.Output.ShouldBeEmpty();
        var line = process.Log.Trim().ShouldHaveSingleLine();
        line.ShouldStartWith("heliograph: ");
        return line;
    }
}
