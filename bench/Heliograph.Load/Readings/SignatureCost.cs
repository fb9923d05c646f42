using System.Security.Cryptography;

namespace Heliograph.Load.Readings;

/// <summary>
/// What one ES256 verification costs here: the part of a connect that nothing can save. By the CPU time of the thread that does it, with a key
/// that is parsed already.
/// </summary>
internal static class SignatureCost
{
    // About as long as the part of a device's token that is signed.
    private const int SignedBytes = 340;

    /// <summary>In microseconds, the mean of so many.</summary>
    public static double Measure(int verifications)
    {
        using var signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var verifying = ECDsa.Create(signing.ExportParameters(includePrivateParameters: false));
        var data = RandomNumberGenerator.GetBytes(SignedBytes);
        var signature = signing.SignData(data, HashAlgorithmName.SHA256);
        Verify(verifying, data, signature, verifications / 10);
        var before = ProcessReadings.OwnThreadCpuTime();
        Verify(verifying, data, signature, verifications);
        return (ProcessReadings.OwnThreadCpuTime() - before).TotalMicroseconds / verifications;
    }

    private static void Verify(ECDsa key, byte[] data, byte[] signature, int times)
    {
        for (var i = 0; i < times; i++)
        {
            if (!key.VerifyData(data, signature, HashAlgorithmName.SHA256))
            {
                throw new LoadException("a signature does not verify");
            }
        }
    }
}
