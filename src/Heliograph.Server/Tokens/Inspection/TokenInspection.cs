using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Tokens.Inspection;

/// <summary>
/// Says why a service would refuse a token, all reasons at once. The words are ours; in what is well formed and what verifies, the
/// service's own validator has the last one, so that both always agree.
/// </summary>
/// <param name="token">The token.</param>
/// <param name="role">Whose it is meant to be.</param>
/// <param name="wanted">The device that it must be for; null where any will do.</param>
/// <param name="options">How the service checks tokens.</param>
/// <param name="time">The service's clock.</param>
internal sealed class TokenInspection(TokenText token, KeyOwner role, DeviceAddress? wanted, TokenOptions options, TimeProvider time)
{
    private const string NotChecked = "not checked: neither a key nor a service was given";

    private readonly TokenValidator _validator = new(Options.Create(options), time);

    /// <summary>The moment that times are compared with.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>Why it would be refused, the most important first.</summary>
    public List<Problem> Problems { get; } = [];

    /// <summary>The key that the token names; null where it names none.</summary>
    public KeyId? Key { get; private set; }

    /// <summary>The device that the token is about; null where it names none.</summary>
    public DeviceAddress? Device { get; private set; }

    /// <summary>What is known of the signature, in words.</summary>
    public string Signature { get; private set; } = NotChecked;

    /// <summary>Whether the signature was checked, and is right.</summary>
    public bool IsVerified { get; private set; }

    /// <summary>Checks all that the token tells by itself.</summary>
    public void CheckItself()
    {
        CheckForm();
        if (token.Header is { } header)
            Key = HeaderCheck.Run(header, role, Problems);
        if (token.Signature is { } signature)
            SignatureCheck.Run(signature, Problems);
        if (token.Claims is { } claims)
            Device = ClaimCheck.Run(claims, role, wanted, Now, options.ClockSkew, Problems);
        if (Problems.Count == 0)
            AskValidator();
    }

    /// <summary>Checks the signature with a key.</summary>
    /// <param name="subjectPublicKeyInfo">The public key.</param>
    /// <param name="whose">Which key that is, in words.</param>
    public void CheckSignature(byte[] subjectPublicKeyInfo, string whose)
    {
        // What is wrong with its form is told already.
        if (token is not { Header: not null, Claims: not null, Signature.Length: Es256.SignatureLength } || token.Text.Split('.').Length != 3)
        {
            Signature = "not checked: its form does not allow it";
            return;
        }

        var key = new VerificationKey(KeyId.Of(role, subjectPublicKeyInfo), subjectPublicKeyInfo);
        IsVerified = SignatureCheck.Verifies(token, key);
        if (IsVerified)
        {
            Signature = $"verified with {whose}";
            if (Problems.Count == 0)
                AskValidator(key);
        }
        else
        {
            Signature = $"does not verify with {whose}";
            Problems.Add(new($"the signature does not verify with {whose}", "It was signed with another private key, or changed after it was signed; make a new one with the right key."));
            AddHints();
        }
    }

    /// <summary>Tells that a service was asked for the key and has none; a signature that was checked with another one stays so.</summary>
    public void FoundNoKey() => Signature = Signature == NotChecked ? "not checked: the service has no key for it" : Signature;

    /// <summary>Tells that a service could not be asked for the key.</summary>
    public void FoundNoDevice() => Signature = Signature == NotChecked ? "not checked: it names no device, so there is none whose keys could be looked at" : Signature;

    private void CheckForm()
    {
        if (token.Header is null || token.Claims is null || token.Signature is null || token.Text.Split('.').Length != 3)
        {
            Problems.AddRange(token.Hints);
            return;
        }

        // What is unusual is told only where it does harm: some of it is tolerated.
        if (token.Hints.Count > 0 && Refusal() is not null)
            Problems.AddRange(token.Hints);
    }

    private void AskValidator()
    {
        if (Refusal() is { } refusal)
            AddRefusal(refusal);
    }

    private void AskValidator(VerificationKey key)
    {
        try
        {
            _validator.Validate(_validator.Read(token.Text).Token, key);
        }
        catch (ApiException error)
        {
            AddRefusal(error.Message);
        }
    }

    /// <summary>A refusal that none of the checks foresaw: what is unusual in the token's form may be why.</summary>
    private void AddRefusal(string refusal)
    {
        Problems.Add(new($"the service's validator refuses it: {refusal.TrimEnd('.')}", "Compare it with one that 'heliograph token device' or 'token client' makes."));
        AddHints();
    }

    /// <summary>Adds what is unusual in the form, where it has not been told: it may be why.</summary>
    private void AddHints() => Problems.AddRange(token.Hints.Except(Problems).ToList());

    /// <summary>What the service says to the token's form; null where it is well formed.</summary>
    private string? Refusal()
    {
        try
        {
            _validator.Read(token.Text);
            return null;
        }
        catch (ApiException error)
        {
            return error.Message;
        }
    }
}
