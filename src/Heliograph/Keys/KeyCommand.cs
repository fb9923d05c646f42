using System.CommandLine;
using Heliograph.Management;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Terminal;

namespace Heliograph.Keys;

/// <summary><c>heliograph key</c>.</summary>
internal static class KeyCommand
{
    private const string OwnerDescription = "The product or the device that the key belongs to.";

    public static Command Create() => new("key", "Make key pairs, and add and remove the public keys of products and devices.")
    {
        CreateGenerate(), CreateAdd(), CreateRemove(),
    };

    private static Command CreateGenerate()
    {
        var file = new Argument<string>("FILE") { Description = "Where to write the private key: PEM (PKCS #8), mode 0600." };
        var publicFile = new Option<string?>("--public") { Description = "Where to write the public key: PEM, SPKI (FILE.pub).", HelpName = "FILE" };
        var force = new Option<bool>("--force") { Description = "Overwrite files that are there. A private key that is overwritten is lost." };
        var command = new Command("generate", "Make a P-256 key pair and print its key IDs. Nothing is sent anywhere.") { file, publicFile, force };
        command.Runs((result, output, _) =>
        {
            var (path, publicPath) = (result.GetRequiredValue(file), result.GetValue(publicFile) ?? result.GetRequiredValue(file) + ".pub");
            if (path.Length == 0 || publicPath.Length == 0)
                throw new CommandException("the name of a file is empty", ExitCodes.Usage);
            if (Path.GetFullPath(path) == Path.GetFullPath(publicPath))
                throw new CommandException("--public: must be another file than that of the private key", ExitCodes.Usage);
            foreach (var taken in ((string[])[path, publicPath]).Where(x => !result.GetValue(force) && Path.Exists(x)))
                throw new CommandException($"'{taken}' is there already; choose another name, or give --force to overwrite it");

            // Both or neither: half a pair would stand in the way of the next try.
            using var privateFile = FileDraft.Begin(path, isSecret: true);
            using var openFile = FileDraft.Begin(publicPath, isSecret: false);
            var key = NewKeyFile.Write(privateFile);
            openFile.Writer.Write(PublicKeyPem.Write(key));
            privateFile.Commit();
            openFile.Commit();
            var made = new GeneratedKey(path, publicPath, KeyId.Of(KeyOwner.Device, key).Value, KeyId.Of(KeyOwner.Product, key).Value);
            if (output.IsJson)
                output.Json(made, KeyJson.Default.GeneratedKey);
            else
                output.Facts([("Private key", path), ("Public key", publicPath), ("Of a device", made.DeviceKeyId), ("Of a product", made.ProductKeyId)]);
            return Task.CompletedTask;
        });
        return command;
    }

    private static Command CreateAdd()
    {
        var owner = OwnerArgument.Create(OwnerDescription);
        var file = new Argument<string>("FILE") { Description = "PEM of the public key, or of the private one, which stays here; - is standard input." };
        return new Command("add", "Add a public key and print its key ID. Tokens that it signs are accepted at once.") { owner, file }.Manages(
            async (result, client, output, cancellationToken) =>
            {
                var to = result.GetValue(owner);
                var key = PublicKeyFile.Read(result.GetRequiredValue(file));
                var pem = PublicKeyPem.Write(key);
                if (to.Address is { } device)
                    Write(await client.AddDeviceKeyAsync(device, pem, cancellationToken), output);
                else
                    Write(await client.AddProductKeyAsync(to.Product, pem, cancellationToken), output);
                if (!output.IsJson)
                    output.Line(KeyId.Of(to.Kind, key).Value);
            });
    }

    private static Command CreateRemove()
    {
        var owner = OwnerArgument.Create(OwnerDescription);
        var key = new Argument<string>("KEY") { Description = "The key ID, or a file with the key." };
        return new Command("remove", "Remove a public key. It stops working at once, and connections that were opened with it are closed.") { owner, key }.Manages(
            async (result, client, output, cancellationToken) =>
            {
                var from = result.GetValue(owner);
                var id = ReadId(result.GetRequiredValue(key), from.Kind);
                if (from.Address is { } device)
                    Write(await client.RemoveDeviceKeyAsync(device, id, cancellationToken), output);
                else
                    Write(await client.RemoveProductKeyAsync(from.Product, id, cancellationToken), output);
                output.Note($"Removed {id} from {from}.");
            });
    }

    private static KeyId ReadId(string text, KeyOwner kind)
    {
        if (!KeyId.TryParse(text, out var id))
        {
            // A key ID that is misspelt would else be told to be no file.
            if (text.StartsWith("device:", StringComparison.OrdinalIgnoreCase) || text.StartsWith("product:", StringComparison.OrdinalIgnoreCase))
                throw new CommandException($"'{text}' is not a key ID: one is 'device:' or 'product:' and 64 hex digits", ExitCodes.Usage);
            return KeyId.Of(kind, PublicKeyFile.Read(text));
        }

        return id.Owner == kind
            ? id
            : throw new CommandException($"'{text}' is the ID of a key of a {Name(id.Owner)}, and this is a {Name(kind)}", ExitCodes.Usage);
    }

    private static string Name(KeyOwner kind) => kind == KeyOwner.Device ? "device" : "product";

    private static void Write(Device device, Output output)
    {
        if (output.IsJson)
            output.Json(device, ProtocolJson.Default.Device);
    }

    private static void Write(Product product, Output output)
    {
        if (output.IsJson)
            output.Json(product, ProtocolJson.Default.Product);
    }
}
