using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Backend;

/// <summary>The login: HTTP's Basic scheme. Put your own in its place.</summary>
internal sealed class Accounts(IReadOnlyDictionary<string, Account> accounts)
{
    /// <summary>The account that the header names, if its password is right.</summary>
    public Account? Find(string? authorization)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out var header) || header is not { Scheme: "Basic", Parameter: { } parameter })
            return null;
        var bytes = new byte[parameter.Length];
        if (!Convert.TryFromBase64String(parameter, bytes, out var length))
            return null;
        return Encoding.UTF8.GetString(bytes.AsSpan(0, length)).Split(':', 2) is [var name, var password]
            && accounts.TryGetValue(name, out var account)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(password), Encoding.UTF8.GetBytes(account.Password))
            ? account
            : null;
    }
}
