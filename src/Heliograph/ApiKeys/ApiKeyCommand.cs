using System.CommandLine;
using Heliograph.Management;
using Heliograph.Profiles;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Terminal;

namespace Heliograph.ApiKeys;

/// <summary><c>heliograph apikey</c>.</summary>
internal static class ApiKeyCommand
{
    private static readonly string[] Scopes = ["read", "manage", "report"];

    private static readonly string[] ScopesWhereNoneIsGiven = ["read", "manage"];

    public static Command Create() => new("apikey", "List, create and revoke API keys.") { CreateList(), CreateCreate(), CreateRevoke() };

    private static Command CreateList() =>
        new Command("list", "List the organization's API keys, without their secrets.").Manages(async (_, client, output, cancellationToken) =>
        {
            var keys = await client.ListApiKeysAsync(cancellationToken);
            if (output.IsJson)
                output.Json(keys, ProtocolJson.Default.IReadOnlyListApiKey);
            else
                output.Table(["ID", "SCOPES", "STATE", "CREATED (UTC)", "EXPIRES (UTC)", "NAME"], keys.Select(Row));
        });

    private static Command CreateCreate()
    {
        var name = new Option<string?>("--name") { Description = "A name to know it by.", HelpName = "NAME" };
        var scopes = new Option<string[]>("--scope")
        {
            Description = "What it may do; report is for 'heliograph turn report' alone. May be given several times (read and manage).",
            AllowMultipleArgumentsPerToken = false,
            DefaultValueFactory = _ => ScopesWhereNoneIsGiven,
        };
        scopes.AcceptOnlyFromAmong(Scopes);
        var expires = new Option<DateTimeOffset?>("--expires")
        {
            Description = "When it stops working: in so many days or hours (90d, 12h), or at a time in UTC (2027-01-31 or 2027-01-31T12:00Z). Without it: never.",
            HelpName = "WHEN",
            CustomParser = result =>
            {
                if (Expiry.TryParse(result.Tokens[0].Value, DateTimeOffset.UtcNow, out var time))
                    return time;
                result.AddError($"--expires: '{result.Tokens[0].Value}' is not a time; write 90d, 12h, 2027-01-31 or 2027-01-31T12:00Z");
                return null;
            },
        };
        var organization = new Option<string?>("--organization") { Description = "Whose it is to be; the operator's keys alone may make them for others.", HelpName = "ID" };
        var file = new Option<string?>("--out") { Description = "Write the key to a new file that only its owner can read, not to the terminal.", HelpName = "FILE" };
        return new Command("create", "Create an API key and print it. It is shown this once.") { name, scopes, expires, organization, file }.Manages(
            async (result, client, output, cancellationToken) =>
            {
                var path = result.GetValue(file);
                if (Path.Exists(path))
                    throw new CommandException($"--out: '{path}' is there already");
                // Begun before the key is made: one that can't be written down would be valid, and nobody's.
                using var draft = path is null ? null : FileDraft.Begin(path, isSecret: true, file.Name);
                var body = new CreateApiKeyRequest
                {
                    Name = result.GetValue(name),
                    Scopes = result.GetValue(scopes),
                    ExpiresAt = result.GetValue(expires),
                    OrganizationId = result.GetValue(organization),
                };
                var created = await client.CreateApiKeyAsync(body, cancellationToken);
                if (draft is not null)
                {
                    await draft.Writer.WriteAsync(created.Key + "\n");
                    draft.Commit();
                }

                if (output.IsJson && path is null)
                    output.Json(created, ProtocolJson.Default.CreatedApiKey);
                else if (output.IsJson)
                    output.Json(created.ApiKey, ProtocolJson.Default.ApiKey);
                else if (path is null)
                    output.Line(created.Key);
                else
                    output.Note($"Created API key {created.ApiKey.Id} in {path}.");
            });
    }

    private static Command CreateRevoke()
    {
        var id = new Argument<string>("ID") { Description = "The key's ID, from 'heliograph apikey list'." };
        return new Command("revoke", "Revoke an API key. It stops working at once.") { id }.Manages(async (result, client, output, cancellationToken) =>
        {
            // Who gives the whole key means that one; its secret goes nowhere.
            var text = result.GetRequiredValue(id);
            var keyId = ProfileDescription.IdOf(text) ?? text;
            if (keyId.Length == 0 || !keyId.All(char.IsAsciiLetterOrDigit))
                throw new CommandException($"'{text}' is not the ID of an API key; 'heliograph apikey list' shows those that there are", ExitCodes.Usage);
            var key = await client.RevokeApiKeyAsync(keyId, cancellationToken);
            if (output.IsJson)
                output.Json(key, ProtocolJson.Default.ApiKey);
            else
                output.Note($"Revoked API key {key.Id}{(key.Name is null ? "" : $" '{key.Name}'")}.");
        });
    }

    private static IReadOnlyList<string> Row(ApiKey key) =>
        [key.Id, string.Join(' ', key.Scopes), State(key), Wording.Time(key.Created), key.ExpiresAt is null ? "never" : Wording.Time(key.ExpiresAt), key.Name ?? ""];

    private static string State(ApiKey key) =>
        key.RevokedAt is not null ? "revoked" : key.ExpiresAt <= DateTime.UtcNow ? "expired" : "valid";
}
