using System.Security.Cryptography;
using System.Text;

namespace DeepLearningCourse.Notebooks.Jupyter;

/// <summary>Signs messages with the connection's key, so that nobody else on the machine can have the kernel run code.</summary>
internal sealed class MessageSigner(byte[] key)
{
    /// <summary>The signature in hexadecimal digits; empty if the connection has no key.</summary>
    public byte[] Sign(IEnumerable<byte[]> parts)
    {
        if (key.Length == 0)
        {
            return [];
        }

        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (var part in parts)
        {
            hash.AppendData(part);
        }

        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Whether whoever sent the parts knows the key.</summary>
    public bool Verifies(byte[] signature, IEnumerable<byte[]> parts) =>
        key.Length == 0 || CryptographicOperations.FixedTimeEquals(signature, Sign(parts));
}
